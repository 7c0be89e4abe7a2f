/** Labelled values in two columns. */

import type { ReactNode } from 'react';
import classes from './fields.module.css';

export function Fields({ children }: { children: ReactNode }) {
  return <dl className={classes.fields}>{children}</dl>;
}

/** One labelled value; nothing is shown when there is no value. */
export function Field({
  label,
  mono,
  children,
}: {
  label: string;
  mono?: boolean;
  children: ReactNode;
}) {
  if (children === undefined || children === null || children === '' || children === false)
    return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd className={mono ? classes.mono : undefined}>{children}</dd>
    </div>
  );
}
