/** The event types of this service, which `AUDIT_CATALOGUE=@examples/express-service` adds to the Portal. */

import { defineCatalogue, defineEvent } from '@liblab/audit-sdk';
import { z } from 'zod';

const webhook = {
  version: 1,
  category: 'webhooks',
  recordedBy: 'emitter',
  // Only the host, because paths and queries of webhooks often contain secrets.
  details: { host: z.string().min(1).max(255) },
  targets: ['webhook'],
  publicDetails: ['host'],
  retentionDays: 365,
  example: {
    details: { host: 'hooks.exciting.soda' },
    targets: [{ type: 'webhook', id: '0199a000-5eed-7000-8000-00000000beef' }],
  },
} as const;

/** The service's catalogue. */
export const catalogue = defineCatalogue([
  defineEvent({
    ...webhook,
    type: 'webhook.add',
    title: 'Webhook Added',
    description: 'A webhook that is called when an SDK is published was added.',
    sentence: 'Added a webhook to {details.host}',
  }),
  defineEvent({
    ...webhook,
    type: 'webhook.remove',
    title: 'Webhook Removed',
    description: 'A webhook that was called when an SDK is published was removed.',
    sentence: 'Removed the webhook to {details.host}',
  }),
]);
