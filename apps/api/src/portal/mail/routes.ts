/** What the inbox page reads; served only where there is an inbox. */

import { checkOrigin } from '../../access/check-origin.ts';
import type { Config } from '../../config.ts';
import type { Inbox } from './inbox.ts';
import { declareRoute, type Route } from '../../http/route.ts';

export interface MailContext {
  config: Config;
  /** Undefined where messages leave the process, or none are sent. */
  inbox: Pick<Inbox, 'list'> | undefined;
}

export function inboxRoute(services: MailContext): Route {
  return declareRoute({
    method: 'get',
    path: '/api/inbox',
    access: 'public',
    handler(_ctx, req, res) {
      // Its links open accounts: no site may read it under a name of its own that leads to this machine, whatever the
      // public URL is.
      checkOrigin({ host: services.config.host, publicUrl: undefined }, req, { required: false });
      res.setHeader('cache-control', 'no-store');
      res.json({ letters: services.inbox?.list() ?? [] });
    },
  });
}
