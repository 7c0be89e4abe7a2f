/** What the inbox page reads; served only where there is an inbox. */

import { checkOrigin } from '../access/check-origin.ts';
import { declareRoute } from '../access/route.ts';

export const inboxRoute = declareRoute({
  method: 'get',
  path: '/api/inbox',
  access: 'public',
  handler({ services: { config, inbox } }, req, res) {
    // Its links open accounts: no site may read it under a name of its own that leads to this machine, whatever the
    // public URL is.
    checkOrigin({ host: config.host, publicUrl: undefined }, req, { required: false });
    res.setHeader('cache-control', 'no-store');
    res.json({ letters: inbox?.list() ?? [] });
  },
});
