/** A state in words: what is the case, why, and the way out. */

import type { ComponentType, ReactNode } from 'react';
import { Button } from '@mantine/core';
import { IconCloudOff, IconAlertTriangle } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import { failureOf } from '../trpc.ts';
import classes from './notice.module.css';

interface NoticeProps {
  icon: ComponentType<{ size?: number; stroke?: number }>;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Announced at once: for failures. */
  alert?: boolean;
}

export function Notice({ icon: Icon, title, children, actions, alert }: NoticeProps) {
  return (
    <div className={classes.notice} {...(alert ? { role: 'alert' } : {})}>
      <span className={classes.icon} aria-hidden="true">
        <Icon size={20} stroke={1.25} />
      </span>
      <h2>{title}</h2>
      <div className={classes.text}>{children}</div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

/** What failed: the API's message and code, the request id its log knows, and another try. */
export function FailureNotice({ error, retry }: { error: unknown; retry?: () => void }) {
  const failure = failureOf(error);
  const offline = failure.code === 'offline';
  return (
    <Notice
      alert
      icon={offline ? IconCloudOff : IconAlertTriangle}
      title={messages.states.failed}
      actions={retry && <Button onClick={retry}>{messages.retry}</Button>}
    >
      <p>{offline ? messages.states.offline : failure.message}</p>
      <p className={classes.codes}>
        {messages.states.failureCode} <code>{failure.code}</code>
        {failure.requestId && (
          <>
            <br />
            {messages.states.requestId} <code>{failure.requestId}</code>
          </>
        )}
      </p>
    </Notice>
  );
}
