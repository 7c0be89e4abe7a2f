/** Signing up: name, address and password; the account comes with the link that is sent. */

import type { FormEvent } from 'react';
import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { failureOf, trpc } from '../trpc.ts';
import { EntryForm, EntryPage, needed, textOf } from './entry-form.tsx';
import classes from './sign-in-page.module.css';
import '@mantine/core/styles/PasswordInput.css';

export function SignUpPage() {
  const text = messages.signUp;
  const signUp = useMutation(trpc.account.signUp.mutationOptions());

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const person = {
      name: textOf(form, 'name'),
      email: textOf(form, 'email').trim(),
      password: textOf(form, 'password'),
    };
    // The mutation holds the failure, which is shown.
    await signUp.mutateAsync(person).catch(() => {});
  }

  if (signUp.isSuccess) {
    return (
      <EntryPage title={text.sent}>
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
      </EntryPage>
    );
  }
  return (
    <EntryForm
      title={text.title}
      lead={text.lead}
      problem={signUp.error ? failureOf(signUp.error).message : undefined}
      onSubmit={submit}
      submit={text.submit}
      busy={signUp.isPending}
      links={<Link to="/sign-in">{text.signIn}</Link>}
    >
      <TextInput label={text.name} name="name" {...needed} autoComplete="name" autoFocus />
      <TextInput label={text.email} name="email" {...needed} type="email" autoComplete="username" />
      <PasswordInput
        label={text.password}
        description={text.passwordHint}
        name="password"
        {...needed}
        minLength={12}
        autoComplete="new-password"
        size="sm"
      />
    </EntryForm>
  );
}
