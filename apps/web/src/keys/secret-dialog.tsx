/** The dialog that makes something with a secret: its form, then the secret, shown once. */

import type { ReactNode } from 'react';
import { Modal } from '@mantine/core';
import { messages } from '../messages.ts';

interface Props {
  opened: boolean;
  onClose: () => void;
  titles: { create: string; secret: string };
  form: ReactNode;
  /** In the place of the form once there is one; then only its own button closes the dialog. */
  shown: ReactNode | undefined;
}

export function SecretDialog({ opened, onClose, titles, form, shown }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={shown ? titles.secret : titles.create}
      closeButtonProps={{ 'aria-label': messages.close }}
      closeOnClickOutside={!shown}
      closeOnEscape={!shown}
      size={480}
    >
      {shown ?? form}
    </Modal>
  );
}
