/** `/setup#<token>`: creates the first owner of an empty Portal, by the link that the service prints. */

import { useState, type FormEvent } from 'react';
import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { toFailure, trpc } from '../trpc.ts';
import { FormPage, requiredField, fieldText } from './form-page.tsx';
import { signIn } from '../authenticate.ts';
import '@mantine/core/styles/PasswordInput.css';

export function SetupPage() {
  const text = messages.setup;
  const router = useRouter();
  const queryClient = useQueryClient();
  const create = useMutation(trpc.setup.createOwner.mutationOptions());
  // Read once, because the address loses it when the form is done.
  const [token] = useState(() => location.hash.slice(1));

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const email = fieldText(form, 'email').trim();
    const password = fieldText(form, 'password');
    try {
      await create.mutateAsync({
        token,
        organizationName: fieldText(form, 'organization'),
        name: fieldText(form, 'name'),
        email,
        password,
      });
    } catch {
      // The form shows the error of the mutation.
      return;
    }
    await signIn(email, password);
    queryClient.clear();
    router.history.replace('/');
  }

  const problem =
    token === '' ? text.incompleteLink : create.error ? toFailure(create.error).message : undefined;
  return (
    <FormPage
      title={text.title}
      lead={text.lead}
      problem={problem}
      onSubmit={submit}
      submit={text.submit}
      busy={create.isPending}
      disabled={token === ''}
    >
      <TextInput label={text.organization} name="organization" {...requiredField} autoFocus />
      <TextInput label={text.name} name="name" {...requiredField} autoComplete="name" />
      <TextInput
        label={text.email}
        name="email"
        {...requiredField}
        type="email"
        autoComplete="username"
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
    </FormPage>
  );
}
