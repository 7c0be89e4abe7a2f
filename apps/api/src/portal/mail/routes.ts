/** The route of the inbox page. */

import { checkOrigin } from '../../access/check-origin.ts';
import type { Config } from '../../config.ts';
import type { Inbox } from './inbox.ts';
import { declareRoute, type Route } from '../../http/route.ts';

export interface MailContext {
  config: Config;
  /** Undefined when e-mails go to another mail server, or none are sent. */
  inbox: Pick<Inbox, 'list'> | undefined;
}

export function inboxRoute(services: MailContext): Route {
  return declareRoute({
    method: 'get',
    path: '/api/inbox',
    access: 'public',
    handler(_ctx, req, res) {
      // The links in it give access to accounts. Without a public URL, the check also stops DNS rebinding.
      checkOrigin({ host: services.config.host, publicUrl: undefined }, req, { required: false });
      res.setHeader('cache-control', 'no-store');
      res.json({ letters: services.inbox?.list() ?? [] });
    },
  });
}
