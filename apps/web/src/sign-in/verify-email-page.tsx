/** The link of a sign-up: with the password that was chosen it makes the account and goes on into the Portal. */

import { useState, type FormEvent } from 'react';
import { PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { failureOf, trpc } from '../trpc.ts';
import { EntryForm, needed, textOf } from './entry-form.tsx';
import '@mantine/core/styles/PasswordInput.css';

export function VerifyEmailPage() {
  const text = messages.verifyEmail;
  const router = useRouter();
  const queryClient = useQueryClient();
  const verify = useMutation(trpc.account.verifyEmail.mutationOptions());
  const [token] = useState(() => location.hash.slice(1));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = textOf(new FormData(event.currentTarget), 'password');
    try {
      await verify.mutateAsync({ token, password });
      queryClient.clear();
      router.history.replace('/');
    } catch {
      // The mutation holds the failure, which is shown.
    }
  }

  const problem =
    token === '' ? text.noToken : verify.error ? failureOf(verify.error).message : undefined;
  return (
    <EntryForm
      title={text.title}
      lead={text.lead}
      problem={problem}
      onSubmit={submit}
      submit={text.submit}
      busy={verify.isPending}
      disabled={token === ''}
      links={problem && <Link to="/sign-up">{text.signUp}</Link>}
    >
      <PasswordInput
        label={text.password}
        description={text.passwordHint}
        name="password"
        {...needed}
        autoComplete="current-password"
        size="sm"
        autoFocus
      />
    </EntryForm>
  );
}
