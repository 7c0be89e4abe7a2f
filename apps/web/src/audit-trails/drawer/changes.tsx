/** The changes, before and after, distinguished by sign, word and colour. */

import { IconLock } from '@tabler/icons-react';
import type { Change } from '@liblab/audit-core';
import { messages } from '../../messages.ts';
import { Value } from './value.tsx';
import classes from './changes.module.css';

export function Changes({ changes }: { changes: Change[] }) {
  const text = messages.drawer;
  return (
    <section>
      <h3>
        {text.changes} <span className={classes.count}>{changes.length}</span>
      </h3>
      <dl className={classes.changes}>
        {changes.map((change, index) => (
          // A path can occur twice.
          <div key={index}>
            <dt>
              <code>{change.path}</code>
            </dt>
            <dd>
              {change.redacted ? (
                <span className={classes.redacted}>
                  <IconLock size={14} stroke={1.5} aria-hidden="true" /> {text.redacted}
                </span>
              ) : (
                <>
                  {change.before !== undefined && (
                    <span className={classes.before}>
                      <b aria-hidden="true">−</b>
                      <span className="visually-hidden">{text.before} </span>
                      <Value value={change.before} />
                    </span>
                  )}
                  {change.after !== undefined && (
                    <span className={classes.after}>
                      <b aria-hidden="true">+</b>
                      <span className="visually-hidden">{text.after} </span>
                      <Value value={change.after} />
                    </span>
                  )}
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
