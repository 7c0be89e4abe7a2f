/** Pages for what does not exist and for what failed. */

import { Button } from '@mantine/core';
import { IconError404 } from '@tabler/icons-react';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { FailureNotice, Notice } from '../ui/notice.tsx';

export function NotFoundPage() {
  return (
    <>
      <title>{`${messages.states.notFound} · ${messages.portal}`}</title>
      <Notice
        page
        icon={IconError404}
        title={messages.states.notFound}
        actions={
          <Button component={Link} to="/audit-trails">
            {messages.states.toTrail}
          </Button>
        }
      >
        <p>{messages.states.notFoundLead}</p>
      </Notice>
    </>
  );
}

export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return <FailureNotice page error={error} retry={retry} />;
}
