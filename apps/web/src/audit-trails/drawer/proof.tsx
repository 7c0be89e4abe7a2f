/** The event's position in the log, and its receipt. */

import { Button, Skeleton } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { TrailEvent } from '@liblab/audit-core';
import { formatNumber } from '../../locale.ts';
import { messages } from '../../messages.ts';
import type { Outputs } from '../../trpc.ts';
import { Field, Fields } from '../../ui/fields.tsx';
import { formatExact } from '../../ui/format-time.ts';
import classes from './event-drawer.module.css';

interface Props {
  event: TrailEvent;
  log: Outputs['events']['get']['log'] | undefined;
  utc: boolean;
}

export function Proof({ event, log, utc }: Props) {
  const text = messages.drawer;
  return (
    <section>
      <h3>{text.proof}</h3>
      <Fields>
        <Field label={text.seq}>{formatNumber(event.seq)}</Field>
        {log ? (
          <>
            <Field label={text.leafHash} mono>
              {log.leafHash}
            </Field>
            <Field label={text.origin} mono>
              {log.origin}
            </Field>
            <Field label={text.checkpoint}>
              {log.checkpoint
                ? text.checkpointText(
                    log.checkpoint.size,
                    formatExact(new Date(log.checkpoint.signedAt), utc),
                  )
                : text.notSigned}
            </Field>
          </>
        ) : (
          <Field label={text.leafHash}>
            <Skeleton height={8} width={240} mt={6} />
          </Field>
        )}
      </Fields>
      {log && !log.checkpoint && <p className={classes.dim}>{text.notSignedHint}</p>}
      {log?.checkpoint && (
        <div className={classes.actions}>
          <Button
            component="a"
            href={`/log/${event.organizationId}/receipts/${event.seq}.tlog-proof`}
            download={`${event.id}.tlog-proof`}
            leftSection={<IconDownload size={16} stroke={1.4} />}
          >
            {text.receipt}
          </Button>
        </div>
      )}
    </section>
  );
}
