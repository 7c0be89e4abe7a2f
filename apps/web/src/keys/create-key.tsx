/** Creates an API key, then shows its secret once. */

import { useState, type FormEvent } from 'react';
import { Button, Checkbox, MultiSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { keyScopes, type KeyScope } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { toFailure, trpc } from '../trpc.ts';
import { useDescriptions } from '../ui/describe-event.ts';
import { firstEventSnippet } from '../ui/first-event-snippet.ts';
import { Snippet } from '../ui/snippet.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { SecretShown } from './secret-shown.tsx';
import classes from './keys-page.module.css';
import '@mantine/core/styles/Pill.css';
import '@mantine/core/styles/PillsInput.css';

export const daysDefault = 90;

interface Props {
  organizationId: string;
  opened: boolean;
  onClose: () => void;
}

export function CreateKey({ organizationId, opened, onClose }: Props) {
  const text = messages.keys;
  const queryClient = useQueryClient();
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      onSuccess: () => queryClient.invalidateQueries(trpc.keys.list.pathFilter()),
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
        <KeyForm
          busy={create.isPending}
          failure={create.isError ? toFailure(create.error).message : undefined}
          onSubmit={(key) => create.mutate({ organizationId, ...key })}
          onCancel={close}
        />
      }
      secret={
        create.data && (
          <SecretShown
            lead={text.secretLead}
            label={text.secret}
            onDone={close}
            secret={create.data.secret}
          >
            {create.data.key.scopes.includes('emit') && (
              <div>
                <h3>{text.example}</h3>
                <Snippet
                  text={firstEventSnippet(location.origin, create.data.secret)}
                  label={text.example}
                />
              </div>
            )}
          </SecretShown>
        )
      }
    />
  );
}

interface NewKey {
  name: string;
  scopes: KeyScope[];
  emitTypes?: string[];
  days: number;
}

interface FormProps {
  busy: boolean;
  failure: string | undefined;
  onSubmit: (key: NewKey) => void;
  onCancel: () => void;
}

function KeyForm({ busy, failure, onSubmit, onCancel }: FormProps) {
  const text = messages.keys;
  const descriptions = useDescriptions();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<KeyScope[]>(['emit']);
  const [types, setTypes] = useState<string[]>([]);
  const [days, setDays] = useState(String(daysDefault));
  const [submitted, setSubmitted] = useState(false);
  const canEmit = scopes.includes('emit') || scopes.includes('import');
  const errors = {
    name: !name.trim() && text.nameMissing,
    scopes: scopes.length === 0 && text.permissionsMissing,
    days: !isDays(days) && text.daysInvalid,
  };

  function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    if (errors.name || errors.scopes || errors.days) return;
    onSubmit({
      name: name.trim(),
      scopes,
      ...(canEmit && types.length > 0 ? { emitTypes: types } : {}),
      days: Number(days),
    });
  }

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <TextInput
        data-autofocus
        label={text.name}
        description={text.nameHint}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        error={submitted && errors.name}
      />
      <Checkbox.Group
        label={text.permissions}
        value={scopes}
        onChange={(chosen) => setScopes(keyScopes.filter((scope) => chosen.includes(scope)))}
        error={submitted && errors.scopes}
      >
        <div className={classes.scopes}>
          {keyScopes.map((scope) => (
            <Checkbox
              key={scope}
              value={scope}
              size="xs"
              label={text.scopes[scope][0]}
              description={text.scopes[scope][1]}
            />
          ))}
        </div>
      </Checkbox.Group>
      {canEmit && (
        <MultiSelect
          label={text.eventTypes}
          placeholder={types.length > 0 ? '' : text.eventTypesAll}
          data={[...descriptions.values()]
            .filter(({ recordedBy }) => recordedBy === 'emitter')
            .map(({ type, title }) => ({ value: type, label: title }))}
          value={types}
          onChange={setTypes}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': text.eventTypesAll }}
        />
      )}
      <TextInput
        label={text.days}
        description={text.daysHint}
        inputMode="numeric"
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        error={submitted && errors.days}
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
          {text.create}
        </Button>
      </div>
    </form>
  );
}

const daysMax = 364;

export function isDays(text: string): boolean {
  const days = Number(text);
  return Number.isInteger(days) && days >= 1 && days <= daysMax;
}
