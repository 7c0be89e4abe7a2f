/** Requests a link to set a new password. The answer does not reveal whether the account exists. */

import type { FormEvent } from 'react';
import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { toFailure, trpc } from '../trpc.ts';
import { FormPage, MessagePage, requiredField, fieldText } from './form-page.tsx';
import classes from './form-page.module.css';

export function ForgotPasswordPage() {
  const text = messages.forgotPassword;
  const request = useMutation(trpc.account.requestReset.mutationOptions());

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = fieldText(new FormData(event.currentTarget), 'email').trim();
    await request.mutateAsync({ email }).catch(() => {});
  }

  const back = <Link to="/sign-in">{text.signIn}</Link>;
  if (request.isSuccess) {
    return (
      <MessagePage title={text.sent}>
        <p role="status">{text.sentLead(request.variables.email)}</p>
        <p className={classes.links}>{back}</p>
      </MessagePage>
    );
  }
  return (
    <FormPage
      title={text.title}
      problem={request.error ? toFailure(request.error).message : undefined}
      onSubmit={submit}
      submit={text.submit}
      busy={request.isPending}
      links={back}
    >
      <TextInput
        label={text.email}
        description={text.emailHint}
        name="email"
        {...requiredField}
        type="email"
        autoComplete="username"
        autoFocus
      />
    </FormPage>
  );
}
