/** The form that stands alone in front of the Portal: mark, title, fields, and what went wrong in words. */

import type { FormEvent, ReactNode } from 'react';
import { IconAlertCircle, IconFlask2 } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import classes from './sign-in-page.module.css';

interface Props {
  title: string;
  lead: string;
  /** Absent when nothing went wrong. */
  problem: string | undefined;
  submit: ReactNode;
  onSubmit: (event: FormEvent<HTMLFormElement>) => Promise<void>;
  children: ReactNode;
}

export function EntryForm({ title, lead, problem, submit, onSubmit, children }: Props) {
  return (
    <main className={classes.page}>
      <title>{`${title} · ${messages.portal}`}</title>
      <form className={classes.form} onSubmit={(event) => void onSubmit(event)}>
        <span className={classes.mark} aria-hidden="true">
          <IconFlask2 size={20} stroke={1.4} />
        </span>
        <h1>
          {title} <span>{lead}</span>
        </h1>
        {children}
        <div role="alert">
          {problem && (
            <p className={classes.error}>
              <IconAlertCircle size={16} stroke={1.5} aria-hidden="true" />
              {problem}
            </p>
          )}
        </div>
        {submit}
      </form>
    </main>
  );
}
