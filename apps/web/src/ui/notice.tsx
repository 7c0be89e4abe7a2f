/** A state in words: what is the case, why, and the way out. */

import type { ComponentType, ReactNode } from 'react';
import { Button } from '@mantine/core';
import { IconCloudOff, IconAlertTriangle } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import { failureOf } from '../trpc.ts';
import classes from './notice.module.css';

interface NoticeProps {
  /** It is the whole page: its title is the page's heading. */
  page?: boolean;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Announced at once: for failures. */
  alert?: boolean;
}

export function Notice({ page, icon: Icon, title, children, actions, alert }: NoticeProps) {
  const Heading = page ? 'h1' : 'h2';
  return (
    <div className={classes.notice} {...(alert ? { role: 'alert' } : {})}>
      <span className={classes.icon} aria-hidden="true">
        <Icon size={20} stroke={1.25} />
      </span>
      <Heading className={classes.title}>{title}</Heading>
      <div className={classes.text}>{children}</div>
      {actions && <div className={classes.actions}>{actions}</div>}
    </div>
  );
}

interface FailureProps {
  page?: boolean;
  error: unknown;
  retry?: () => void;
}

/** What failed: the API's message and code, the request id its log knows, and another try. */
export function FailureNotice({ page, error, retry }: FailureProps) {
  const failure = failureOf(error);
  const offline = failure.code === 'offline';
  return (
    <Notice
      alert
      page={page ?? false}
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
