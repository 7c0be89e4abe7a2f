/** Explains a state, with an icon, a title, a text and actions. */

import type { ComponentType, ReactNode } from 'react';
import { Button } from '@mantine/core';
import { IconCloudOff, IconAlertTriangle } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import { toFailure } from '../trpc.ts';
import classes from './notice.module.css';

interface NoticeProps {
  /** The notice is the whole page, so its title is the page's heading. */
  page?: boolean;
  icon: ComponentType<{ size?: number; stroke?: number }>;
  title: string;
  children?: ReactNode;
  actions?: ReactNode;
  /** Screen readers announce it immediately. */
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

/** Explains a failure with the API's message, its error code and the request id, and offers to try again. */
export function FailureNotice({ page, error, retry }: FailureProps) {
  const failure = toFailure(error);
  const offline = failure.code === 'offline';
  return (
    <Notice
      alert
      page={page ?? false}
      icon={offline ? IconCloudOff : IconAlertTriangle}
      title={messages.ui.failed}
      actions={retry && <Button onClick={retry}>{messages.ui.retry}</Button>}
    >
      <p>{offline ? messages.ui.offline : failure.message}</p>
      <p className={classes.codes}>
        {messages.ui.errorCode} <code>{failure.code}</code>
        {failure.requestId && (
          <>
            <br />
            {messages.ui.requestId} <code>{failure.requestId}</code>
          </>
        )}
      </p>
    </Notice>
  );
}
