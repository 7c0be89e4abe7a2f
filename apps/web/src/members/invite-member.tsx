/** Invites a person by e-mail, with a role. */

import { useState, type FormEvent } from 'react';
import { Button, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { roles, type Role } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { toFailure, trpc } from '../trpc.ts';
import classes from './members-page.module.css';

interface Props {
  organizationId: string;
  opened: boolean;
  onClose: () => void;
}

export function InviteMember({ organizationId, opened, onClose }: Props) {
  const queryClient = useQueryClient();
  const invite = useMutation(
    trpc.invitations.create.mutationOptions({
      onSuccess: async () => {
        await queryClient.invalidateQueries(trpc.members.list.pathFilter());
        onClose();
      },
    }),
  );
  const close = () => {
    invite.reset();
    onClose();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={messages.members.inviteTitle}
      closeButtonProps={{ 'aria-label': messages.ui.close }}
      size={400}
    >
      <InviteForm
        busy={invite.isPending}
        failure={invite.isError ? toFailure(invite.error).message : undefined}
        onSubmit={(invitation) => invite.mutate({ organizationId, ...invitation })}
        onCancel={close}
      />
    </Modal>
  );
}

interface FormProps {
  busy: boolean;
  failure: string | undefined;
  onSubmit: (invitation: { email: string; role: Role }) => void;
  onCancel: () => void;
}

function InviteForm({ busy, failure, onSubmit, onCancel }: FormProps) {
  const text = messages.members;
  const isOwner = useSession().organization?.role === 'owner';
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('member');
  const [submitted, setSubmitted] = useState(false);
  const isEmail = /^\S+@\S+$/.test(email.trim());

  function submit(event: FormEvent) {
    event.preventDefault();
    setSubmitted(true);
    if (isEmail) onSubmit({ email: email.trim(), role });
  }

  return (
    <form className={classes.form} onSubmit={submit} noValidate>
      <p>{text.inviteLead}</p>
      <TextInput
        data-autofocus
        label={text.email}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
        error={submitted && !isEmail && text.emailInvalid}
      />
      <NativeSelect
        size="sm"
        label={text.role}
        description={text.roleHints[role]}
        value={role}
        data={roles
          .filter((option) => isOwner || option !== 'owner')
          .map((option) => ({ value: option, label: messages.ui.roles[option] }))}
        onChange={(event) => setRole(event.currentTarget.value as Role)}
      />
      {failure && (
        <p role="alert" className={classes.error}>
          {failure}
        </p>
      )}
      <div className={classes.actions}>
        <Button onClick={onCancel}>{messages.ui.cancel}</Button>
        <Button type="submit" variant="filled" loading={busy}>
          {text.send}
        </Button>
      </div>
    </form>
  );
}
