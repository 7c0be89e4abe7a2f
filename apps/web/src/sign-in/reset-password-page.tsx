/** `/reset-password#<token>`: sets a new password. */

import { useState, type FormEvent } from 'react';
import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { toFailure, trpc } from '../trpc.ts';
import { FormPage, MessagePage, requiredField, fieldText } from './form-page.tsx';
import '@mantine/core/styles/PasswordInput.css';

export function ResetPasswordPage() {
  const text = messages.resetPassword;
  const reset = useMutation(trpc.account.resetPassword.mutationOptions());
  const [token] = useState(() => location.hash.slice(1));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = fieldText(new FormData(event.currentTarget), 'password');
    await reset.mutateAsync({ token, password }).catch(() => {});
  }

  if (reset.data) {
    return (
      <MessagePage title={text.done}>
        <p role="status">{text.doneLead(reset.data.email)}</p>
        <Button component={Link} to="/sign-in" variant="filled" size="md">
          {text.signIn}
        </Button>
      </MessagePage>
    );
  }
  const problem =
    token === '' ? text.incompleteLink : reset.error ? toFailure(reset.error).message : undefined;
  return (
    <FormPage
      title={text.title}
      lead={text.lead}
      problem={problem}
      onSubmit={submit}
      submit={text.submit}
      busy={reset.isPending}
      disabled={token === ''}
      links={problem && <Link to="/forgot-password">{text.again}</Link>}
    >
      <PasswordInput
        label={text.password}
        description={text.passwordHint}
        name="password"
        {...requiredField}
        minLength={12}
        autoComplete="new-password"
        size="sm"
        autoFocus
      />
    </FormPage>
  );
}
