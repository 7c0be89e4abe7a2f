/** What stands alone in front of the Portal: mark, title, and a form that says in words what went wrong. */

import type { FormEvent, ReactNode } from 'react';
import { Button } from '@mantine/core';
import { IconAlertCircle, IconFlask2 } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import classes from './sign-in-page.module.css';

interface PageProps {
  title: string;
  lead?: string;
  children: ReactNode;
}

interface FormProps extends PageProps {
  /** Absent when nothing went wrong. */
  problem: string | undefined;
  /** The words on the button; undefined: there is nothing to send. */
  submit: string | undefined;
  busy: boolean;
  disabled?: boolean;
  /** Ways on, beneath the button. */
  links?: ReactNode;
  onSubmit: (event: FormEvent<HTMLFormElement>) => Promise<void>;
}

export function EntryForm({
  title,
  lead,
  problem,
  submit,
  busy,
  disabled = false,
  links,
  onSubmit,
  children,
}: FormProps) {
  return (
    <EntryPage title={title} {...(lead === undefined ? {} : { lead })}>
      <form className={classes.form} onSubmit={(event) => void onSubmit(event)}>
        {children}
        <div role="alert">
          {problem && (
            <p className={classes.error}>
              <IconAlertCircle size={16} stroke={1.5} aria-hidden="true" />
              {problem}
            </p>
          )}
        </div>
        {submit !== undefined && (
          <Button type="submit" variant="filled" size="md" loading={busy} disabled={disabled}>
            {submit}
          </Button>
        )}
        {links && <p className={classes.links}>{links}</p>}
      </form>
    </EntryPage>
  );
}

/** The same without a form, for what comes after one. */
export function EntryPage({ title, lead, children }: PageProps) {
  return (
    <main className={classes.page}>
      <title>{`${title} · ${messages.portal}`}</title>
      <div className={classes.form}>
        <span className={classes.mark} aria-hidden="true">
          <IconFlask2 size={20} stroke={1.4} />
        </span>
        <h1>
          {title} {lead && <span>{lead}</span>}
        </h1>
        {children}
      </div>
    </main>
  );
}

/** What was typed into a field of a submitted form. */
export function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** A field that must be filled in; all are, so none is marked. */
export const needed = { required: true, withAsterisk: false } as const;
