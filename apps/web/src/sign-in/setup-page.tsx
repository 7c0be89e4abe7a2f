/** The first owner of an empty Portal, by the link that the service printed. */

import { useState, type FormEvent } from 'react';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { IconAlertCircle, IconFlask2 } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { failureOf, trpc } from '../trpc.ts';
import { signIn } from './authenticate.ts';
import classes from './sign-in-page.module.css';
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
    const valueOf = (name: string) => {
      const value = form.get(name);
      return typeof value === 'string' ? value : '';
    };
    const email = valueOf('email').trim();
    const password = valueOf('password');
    try {
      await create.mutateAsync({
        token,
        organizationName: valueOf('organization'),
        name: valueOf('name'),
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

  const problem = token === '' ? text.noToken : create.error && failureOf(create.error).message;
  return (
    <main className={classes.page}>
      <title>{`${text.title} · ${messages.portal}`}</title>
      <form className={classes.form} onSubmit={(event) => void submit(event)}>
        <span className={classes.mark} aria-hidden="true">
          <IconFlask2 size={20} stroke={1.4} />
        </span>
        <h1>
          {text.title} <span>{text.lead}</span>
        </h1>
        <TextInput label={text.organization} name="organization" {...needed} autoFocus />
        <TextInput label={text.name} name="name" {...needed} autoComplete="name" />
        <TextInput
          label={text.email}
          name="email"
          {...needed}
          type="email"
          autoComplete="username"
        />
        <PasswordInput
          label={text.password}
          description={text.passwordHint}
          name="password"
          {...needed}
          minLength={12}
          autoComplete="new-password"
          size="sm"
        />
        <div role="alert">
          {problem && (
            <p className={classes.error}>
              <IconAlertCircle size={16} stroke={1.5} aria-hidden="true" />
              {problem}
            </p>
          )}
        </div>
        <Button
          type="submit"
          variant="filled"
          size="md"
          loading={create.isPending}
          disabled={token === ''}
        >
          {text.submit}
        </Button>
      </form>
    </main>
  );
}

const needed = { required: true, withAsterisk: false } as const;
