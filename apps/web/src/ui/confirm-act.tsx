/** Asks once more before something is done, and says why when it was not. */

import type { ReactNode } from 'react';
import { Button, Modal } from '@mantine/core';
import { messages } from '../messages.ts';
import { failureOf } from '../trpc.ts';
import classes from './confirm-act.module.css';

interface Props {
  opened: boolean;
  title: string;
  /** The words on the button that does it. */
  label: string;
  /** It takes something away. */
  danger?: boolean;
  busy: boolean;
  /** Why the last attempt failed; null when none did. */
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function ConfirmAct({
  opened,
  title,
  label,
  danger,
  busy,
  error,
  onConfirm,
  onClose,
  children,
}: Props) {
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': messages.close }}
      size={400}
    >
      <p>{children}</p>
      {error !== null && (
        <p role="alert" className={classes.error}>
          {failureOf(error).message}
        </p>
      )}
      <div className={classes.actions}>
        <Button onClick={onClose}>{messages.cancel}</Button>
        <Button
          variant="filled"
          {...(danger ? { color: 'red.8' } : {})}
          loading={busy}
          onClick={onConfirm}
        >
          {label}
        </Button>
      </div>
    </Modal>
  );
}
