/** `/invitation#<token>`: joins the organisation, creates an account first, or asks the user to sign in or out. */

import { useEffect, useState, type FormEvent } from 'react';
import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { toFailure, isUnauthenticated, trpc } from '../trpc.ts';
import { signIn, signOut } from '../authenticate.ts';
import { FormPage, requiredField } from './form-page.tsx';
import { visitorQuery } from './visitor-query.ts';
import classes from './form-page.module.css';
import '@mantine/core/styles/PasswordInput.css';

export function InvitationPage() {
  const text = messages.invitation;
  const router = useRouter();
  const queryClient = useQueryClient();
  // Read once, because the address loses it when the form is done.
  const [token] = useState(() => location.hash.slice(1));
  const {
    mutate: read,
    data: offer,
    error: readError,
  } = useMutation(trpc.invitations.read.mutationOptions());
  const session = useQuery(visitorQuery);
  const accept = useMutation(trpc.invitations.accept.mutationOptions());
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (token) read({ token });
  }, [read, token]);

  const currentEmail = session.data?.user.email;
  const isSessionKnown = session.isFetched && (session.data || isUnauthenticated(session.error));
  const action = offer && isSessionKnown ? chooseAction(offer, currentEmail) : undefined;

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const readValue = (name: string) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : undefined;
    };
    if (action === 'sign-in') {
      await router.navigate({ to: '/sign-in', search: { redirect: `/invitation#${token}` } });
      return;
    }
    setBusy(true);
    if (action === 'sign-out') {
      await signOut();
      // Nothing that the other user has read may stay in the cache.
      await queryClient.resetQueries();
      setBusy(false);
      return;
    }
    try {
      const password = readValue('password');
      const { email } = await accept.mutateAsync({ token, name: readValue('name'), password });
      if (action === 'create' && password) await signIn(email, password);
      queryClient.clear();
      router.history.replace('/');
    } catch {
      // The form shows the error of the mutation.
      setBusy(false);
    }
  }

  const failure = accept.error ?? readError;
  const problem =
    token === '' ? text.incompleteLink : failure ? toFailure(failure).message : undefined;
  return (
    <FormPage
      title={text.title}
      lead={offer?.organizationName ?? ''}
      problem={problem}
      onSubmit={submit}
      submit={
        action &&
        {
          create: text.create,
          join: text.join(offer?.organizationName ?? ''),
          'sign-in': text.signIn,
          'sign-out': text.signOut,
        }[action]
      }
      busy={busy}
    >
      {!action && !problem && <p className={classes.note}>{text.loading}</p>}
      {offer && (
        <p className={classes.note}>
          {text.offer(offer.inviterName, messages.ui.roles[offer.role])}
        </p>
      )}
      {offer && action === 'sign-in' && (
        <p className={classes.note}>{text.hasAccount(offer.email)}</p>
      )}
      {offer && currentEmail && action === 'sign-out' && (
        <p className={classes.note}>{text.signedInAs(offer.email, currentEmail)}</p>
      )}
      {offer && action === 'create' && (
        <>
          <TextInput label={text.email} value={offer.email} readOnly autoComplete="username" />
          <TextInput
            label={text.name}
            name="name"
            {...requiredField}
            autoComplete="name"
            autoFocus
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
        </>
      )}
    </FormPage>
  );
}

function chooseAction(
  offer: { email: string; hasAccount: boolean },
  currentEmail: string | undefined,
) {
  if (currentEmail !== undefined) return currentEmail === offer.email ? 'join' : 'sign-out';
  return offer.hasAccount ? 'sign-in' : 'create';
}
