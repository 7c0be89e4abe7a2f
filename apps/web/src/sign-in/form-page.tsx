/** The pages outside the Portal's frame: a title with a form, or with a message. */

import type { FormEvent, ReactNode } from 'react';
import { Button } from '@mantine/core';
import { IconAlertCircle, IconFlask2 } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import classes from './form-page.module.css';

interface PageProps {
  title: string;
  lead?: string;
  children: ReactNode;
}

interface FormProps extends PageProps {
  /** What went wrong; undefined when nothing did. */
  problem: string | undefined;
  /** The label of the button; without it there is no button. */
  submit: string | undefined;
  busy: boolean;
  disabled?: boolean;
  /** Links to other pages, beneath the button. */
  links?: ReactNode;
  onSubmit: (event: FormEvent<HTMLFormElement>) => Promise<void>;
}

export function FormPage({
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
    <MessagePage title={title} {...(lead === undefined ? {} : { lead })}>
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
    </MessagePage>
  );
}

/** A page with a message instead of a form. */
export function MessagePage({ title, lead, children }: PageProps) {
  return (
    <main className={classes.page}>
      <title>{`${title} · ${messages.ui.portal}`}</title>
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

/** The text of a field in a submitted form. */
export function fieldText(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value : '';
}

/** Props of a required field. Every field is required, so none has an asterisk. */
export const requiredField = { required: true, withAsterisk: false } as const;
