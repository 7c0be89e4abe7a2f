/** The link of a sign-up: a click makes the account, so that programs that open links make none. */

import { useState } from 'react';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { failureOf, trpc } from '../trpc.ts';
import { EntryForm, EntryPage } from './entry-form.tsx';

export function VerifyEmailPage() {
  const text = messages.verifyEmail;
  const verify = useMutation(trpc.account.verifyEmail.mutationOptions());
  const [token] = useState(() => location.hash.slice(1));

  if (verify.data) {
    const { email, organizationName } = verify.data;
    return (
      <EntryPage title={text.done}>
        <p role="status">
          {organizationName ? text.placed(email, organizationName) : text.unplaced(email)}
        </p>
        <Button component={Link} to="/sign-in" variant="filled" size="md">
          {text.signIn}
        </Button>
      </EntryPage>
    );
  }
  const problem =
    token === '' ? text.noToken : verify.error ? failureOf(verify.error).message : undefined;
  return (
    <EntryForm
      title={text.title}
      lead={text.lead}
      problem={problem}
      onSubmit={async (event) => {
        event.preventDefault();
        await verify.mutateAsync({ token }).catch(() => {});
      }}
      submit={
        <Button
          type="submit"
          variant="filled"
          size="md"
          loading={verify.isPending}
          disabled={token === ''}
        >
          {text.submit}
        </Button>
      }
      links={problem && <Link to="/sign-up">{text.signUp}</Link>}
    >
      <p>{text.explanation}</p>
    </EntryForm>
  );
}
