/** Shows a new secret. */

import type { ReactNode } from 'react';
import { Button } from '@mantine/core';
import { messages } from '../messages.ts';
import { Snippet } from '../ui/snippet.tsx';
import classes from './keys-page.module.css';

interface Props {
  secret: string;
  lead: string;
  label: string;
  onDone: () => void;
  children?: ReactNode;
}

export function SecretShown({ secret, lead, label, onDone, children }: Props) {
  return (
    <div className={classes.form}>
      <p>{lead}</p>
      <Snippet text={secret} label={label} />
      {children}
      <div className={classes.actions}>
        <Button variant="filled" onClick={onDone}>
          {messages.keys.done}
        </Button>
      </div>
    </div>
  );
}
