/** The first owner of an empty Portal, by the link that the service printed. */

import { useState, type FormEvent } from 'react';
import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { failureOf, trpc } from '../trpc.ts';
import { EntryForm, needed, textOf } from './entry-form.tsx';
import { signIn } from './authenticate.ts';
import '@mantine/core/styles/PasswordInput.css';

export function SetupPage() {
  const text = messages.setup;
  const router = useRouter();
  const queryClient = useQueryClient();
  const create = useMutation(trpc.setup.createOwner.mutationOptions());
  // Read once: the address loses it when the form is through.
  const [token] = useState(() => location.hash.slice(1));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = textOf(form, 'email').trim();
    const password = textOf(form, 'password');
    try {
      await create.mutateAsync({
        token,
        organizationName: textOf(form, 'organization'),
        name: textOf(form, 'name'),
        email,
        password,
      });
    } catch {
      // The mutation holds the failure, which is shown.
      return;
    }
    await signIn(email, password);
    queryClient.clear();
    router.history.replace('/');
  }

  const problem =
    token === '' ? text.noToken : create.error ? failureOf(create.error).message : undefined;
  return (
    <EntryForm
      title={text.title}
      lead={text.lead}
      problem={problem}
      onSubmit={submit}
      submit={text.submit}
      busy={create.isPending}
      disabled={token === ''}
    >
      <TextInput label={text.organization} name="organization" {...needed} autoFocus />
      <TextInput label={text.name} name="name" {...needed} autoComplete="name" />
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
