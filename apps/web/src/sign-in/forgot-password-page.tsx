/** Asking for a link to set a new password; the answer is the same whoever has an account. */

import type { FormEvent } from 'react';
import { TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { failureOf, trpc } from '../trpc.ts';
import { EntryForm, EntryPage, needed, textOf } from './entry-form.tsx';
import classes from './sign-in-page.module.css';

export function ForgotPasswordPage() {
  const text = messages.forgotPassword;
  const request = useMutation(trpc.account.requestReset.mutationOptions());

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const email = textOf(new FormData(event.currentTarget), 'email').trim();
    await request.mutateAsync({ email }).catch(() => {});
  }

  const back = <Link to="/sign-in">{text.signIn}</Link>;
  if (request.isSuccess) {
    return (
      <EntryPage title={text.sent}>
        <p role="status">{text.sentLead(request.variables.email)}</p>
        <p className={classes.links}>{back}</p>
      </EntryPage>
    );
  }
  return (
    <EntryForm
      title={text.title}
      lead={text.lead}
      problem={request.error ? failureOf(request.error).message : undefined}
      onSubmit={submit}
      submit={text.submit}
      busy={request.isPending}
      links={back}
    >
      <TextInput
        label={text.email}
        name="email"
        {...needed}
        type="email"
        autoComplete="username"
        autoFocus
      />
    </EntryForm>
  );
}
