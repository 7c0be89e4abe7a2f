/** A dialog that creates something with a secret: first its form, then the secret, shown once. */

import type { ReactNode } from 'react';
import { Modal } from '@mantine/core';
import { messages } from '../messages.ts';

interface Props {
  opened: boolean;
  onClose: () => void;
  titles: { create: string; secret: string };
  form: ReactNode;
  /** Replaces the form once there is a secret. A click outside and Esc then do not close the dialog. */
  secret: ReactNode | undefined;
}

export function SecretDialog({ opened, onClose, titles, form, secret }: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={secret ? titles.secret : titles.create}
      closeButtonProps={{ 'aria-label': messages.ui.close }}
      closeOnClickOutside={!secret}
      closeOnEscape={!secret}
      size={480}
    >
      {secret ?? form}
    </Modal>
  );
}
