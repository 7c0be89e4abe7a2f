/** The pages for unknown addresses and for errors. */

import { Button } from '@mantine/core';
import { IconError404 } from '@tabler/icons-react';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { FailureNotice, Notice } from './notice.tsx';

export function NotFoundPage() {
  return (
    <>
      <title>{`${messages.ui.notFound} · ${messages.ui.portal}`}</title>
      <Notice
        page
        icon={IconError404}
        title={messages.ui.notFound}
        actions={
          <Button component={Link} to="/audit-trails">
            {messages.ui.openTrail}
          </Button>
        }
      >
        <p>{messages.ui.notFoundLead}</p>
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
