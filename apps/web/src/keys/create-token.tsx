/** Creates a CI token for the user, then shows its secret once. */

import { useState, type FormEvent } from 'react';
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { messages } from '../messages.ts';
import { toFailure, trpc } from '../trpc.ts';
import { daysDefault, isDays } from './create-key.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { SecretShown } from './secret-shown.tsx';
import classes from './keys-page.module.css';

interface Props {
  organizationId: string;
  opened: boolean;
  onClose: () => void;
}

export function CreateToken({ organizationId, opened, onClose }: Props) {
  const text = messages.tokens;
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.tokens.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.tokens.list.pathFilter()),
    }),
  );
  const close = () => {
    onClose();
    // Forgets the secret.
    create.reset();
  };
  return (
    <SecretDialog
      opened={opened}
      onClose={close}
      titles={{ create: text.createTitle, secret: text.secretTitle }}
      form={
        <TokenForm
          busy={create.isPending}
          failure={create.isError ? toFailure(create.error).message : undefined}
          onSubmit={(token) => create.mutate({ organizationId, ...token })}
          onCancel={close}
        />
      }
      secret={
        create.data && (
          <SecretShown
            secret={create.data.secret}
            lead={text.secretLead}
            label={text.secret}
            onDone={close}
          />
        )
      }
    />
  );
}

interface FormProps {
  busy: boolean;
  failure: string | undefined;
  onSubmit: (token: { name: string; days: number }) => void;
  onCancel: () => void;
}

function TokenForm({ busy, failure, onSubmit, onCancel }: FormProps) {
  const text = messages.keys;
  const [name, setName] = useState('');
  const [days, setDays] = useState(String(daysDefault));
  const [submitted, setSubmitted] = useState(false);

  function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    if (name.trim() && isDays(days)) onSubmit({ name: name.trim(), days: Number(days) });
  }

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput
        data-autofocus
        label={text.name}
        description={messages.tokens.nameHint}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={submitted && !name.trim() && text.nameMissing}
      />
      <TextInput
        label={text.days}
        description={text.daysHint}
        inputMode="numeric"
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        error={submitted && !isDays(days) && text.daysInvalid}
        w={160}
      />
      {failure && (
        <p role="alert" className={classes.error}>
          {failure}
        </p>
      )}
      <div className={classes.actions}>
        <Button onClick={onCancel}>{messages.ui.cancel}</Button>
        <Button type="submit" variant="filled" loading={busy}>
          {messages.tokens.create}
        </Button>
      </div>
    </form>
  );
}
