/** An invitation, by the link that was mailed: joins, makes the account that is missing, or asks to sign in. */

import { useEffect, useState, type FormEvent } from 'react';
import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { failureOf, isUnauthenticated, trpc } from '../trpc.ts';
import { signIn, signOut } from './authenticate.ts';
import { EntryForm } from './entry-form.tsx';
import classes from './sign-in-page.module.css';
import '@mantine/core/styles/PasswordInput.css';

export function InvitationPage() {
  const text = messages.invitation;
  const router = useRouter();
  const queryClient = useQueryClient();
  // Read once: the address loses it when the form is through.
  const [token] = useState(() => location.hash.slice(1));
  const {
    mutate: open,
    data: offer,
    error: closed,
  } = useMutation(trpc.invitations.read.mutationOptions());
  const session = useQuery(trpc.session.me.queryOptions(undefined, { retry: false }));
  const accept = useMutation(trpc.invitations.accept.mutationOptions());
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (token) open({ token });
  }, [open, token]);

  const own = session.data?.user.email;
  const known = session.isFetched && (session.data || isUnauthenticated(session.error));
  const action = !offer || !known ? undefined : actionFor(offer, own);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const valueOf = (name: string) => {
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
      // Nothing that was read as somebody else stays.
      await queryClient.resetQueries();
      setBusy(false);
      return;
    }
    try {
      const password = valueOf('password');
      const { email } = await accept.mutateAsync({ token, name: valueOf('name'), password });
      if (action === 'create' && password) await signIn(email, password);
      queryClient.clear();
      router.history.replace('/');
    } catch {
      // The mutation holds the failure, which is shown.
      setBusy(false);
    }
  }

  const failure = accept.error ?? closed;
  const problem = token === '' ? text.noToken : failure ? failureOf(failure).message : undefined;
  return (
    <EntryForm
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
          'sign-out': messages.frame.signOut,
        }[action]
      }
      busy={busy}
    >
      {!action && !problem && <p className={classes.note}>{text.loading}</p>}
      {offer && (
        <p className={classes.note}>
          {text.offer(offer.inviterName, messages.members.roles[offer.role][0])}
        </p>
      )}
      {offer && action === 'sign-in' && (
        <p className={classes.note}>{text.hasAccount(offer.email)}</p>
      )}
      {offer && own && action === 'sign-out' && (
        <p className={classes.note}>{text.signedInAs(offer.email, own)}</p>
      )}
      {offer && action === 'create' && (
        <>
          <TextInput
            label={messages.signIn.email}
            value={offer.email}
            readOnly
            autoComplete="username"
          />
          <TextInput label={text.name} name="name" {...needed} autoComplete="name" autoFocus />
          <PasswordInput
            label={messages.setup.password}
            description={messages.setup.passwordHint}
            name="password"
            {...needed}
            minLength={12}
            autoComplete="new-password"
            size="sm"
          />
        </>
      )}
    </EntryForm>
  );
}

const needed = { required: true, withAsterisk: false } as const;

function actionFor(offer: { email: string; hasAccount: boolean }, own: string | undefined) {
  if (own !== undefined) return own === offer.email ? 'join' : 'sign-out';
  return offer.hasAccount ? 'sign-in' : 'create';
}
