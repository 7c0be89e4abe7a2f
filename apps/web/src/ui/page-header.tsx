/** The header of a page: its title, a note and its actions. */

import type { ReactNode } from 'react';
import { messages } from '../messages.ts';
import classes from './page-header.module.css';

interface Props {
  title: string;
  note?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, note, actions }: Props) {
  return (
    <header className={classes.header}>
      <title>{`${title} · ${messages.ui.portal}`}</title>
      <h1 tabIndex={-1}>{title}</h1>
      {note && <p className={classes.note}>{note}</p>}
      {actions && <div className={classes.actions}>{actions}</div>}
    </header>
  );
}
