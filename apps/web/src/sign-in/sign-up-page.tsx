/** `/sign-up`: requests an account, which the link in the e-mail then creates. */

import type { FormEvent } from 'react';
import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { toFailure, trpc } from '../trpc.ts';
import { FormPage, MessagePage, requiredField, fieldText } from './form-page.tsx';
import classes from './form-page.module.css';
import '@mantine/core/styles/PasswordInput.css';

export function SignUpPage() {
  const text = messages.signUp;
  const signUp = useMutation(trpc.account.signUp.mutationOptions());

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const person = {
      name: fieldText(form, 'name'),
      email: fieldText(form, 'email').trim(),
      password: fieldText(form, 'password'),
    };
    // The form shows the error of the mutation.
    await signUp.mutateAsync(person).catch(() => {});
  }

  if (signUp.isSuccess) {
    return (
      <MessagePage title={text.sent}>
        <p role="status">{text.sentLead(signUp.variables.email)}</p>
        <p className={classes.links}>
          <a
            href="/sign-up"
            onClick={(event) => {
              event.preventDefault();
              signUp.reset();
            }}
          >
            {text.again}
          </a>
        </p>
      </MessagePage>
    );
  }
  return (
    <FormPage
      title={text.title}
      lead={text.lead}
      problem={signUp.error ? toFailure(signUp.error).message : undefined}
      onSubmit={submit}
      submit={text.submit}
      busy={signUp.isPending}
      links={<Link to="/sign-in">{text.signIn}</Link>}
    >
      <TextInput label={text.name} name="name" {...requiredField} autoComplete="name" autoFocus />
      <TextInput
        label={text.email}
        name="email"
        {...requiredField}
        type="email"
        autoComplete="username"
      />
      <PasswordInput
        label={text.password}
        description={text.passwordHint}
        name="password"
        {...requiredField}
        minLength={12}
        autoComplete="new-password"
        size="sm"
      />
    </FormPage>
  );
}
