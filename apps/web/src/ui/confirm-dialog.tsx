/** A dialog that confirms an action, and shows why it failed. */

import type { ReactNode } from 'react';
import { Button, Modal } from '@mantine/core';
import { messages } from '../messages.ts';
import { toFailure } from '../trpc.ts';
import classes from './confirm-dialog.module.css';

interface Props {
  opened: boolean;
  title: string;
  /** The label of the button that confirms. */
  label: string;
  /** The action takes something away. */
  danger?: boolean;
  busy: boolean;
  /** The error of the last attempt, or null. */
  error: unknown;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

export function ConfirmDialog({
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
      closeButtonProps={{ 'aria-label': messages.ui.close }}
      size={400}
    >
      <p>{children}</p>
      {error !== null && (
        <p role="alert" className={classes.error}>
          {toFailure(error).message}
        </p>
      )}
      <div className={classes.actions}>
        <Button onClick={onClose}>{messages.ui.cancel}</Button>
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
