/** `/verify-email#<token>`: creates the account that was signed up for and opens the Portal. */

import { useState, type FormEvent } from 'react';
import { PasswordInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { toFailure, trpc } from '../trpc.ts';
import { FormPage, requiredField, fieldText } from './form-page.tsx';
import '@mantine/core/styles/PasswordInput.css';

export function VerifyEmailPage() {
  const text = messages.verifyEmail;
  const router = useRouter();
  const queryClient = useQueryClient();
  const verify = useMutation(trpc.account.verifyEmail.mutationOptions());
  const [token] = useState(() => location.hash.slice(1));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = fieldText(new FormData(event.currentTarget), 'password');
    try {
      await verify.mutateAsync({ token, password });
      queryClient.clear();
      router.history.replace('/');
    } catch {
      // The form shows the error of the mutation.
    }
  }

  const problem =
    token === '' ? text.incompleteLink : verify.error ? toFailure(verify.error).message : undefined;
  return (
    <FormPage
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
        {...requiredField}
        autoComplete="current-password"
        size="sm"
        autoFocus
      />
    </FormPage>
  );
}
