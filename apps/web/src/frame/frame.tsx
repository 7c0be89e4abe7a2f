/** The Portal's frame: the toolbar at the left and the page beside it. */

import { useEffect } from 'react';
import { Outlet, useRouter } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { onSessionEnd } from '../trpc.ts';
import { NoOrganizationPage } from './no-organization-page.tsx';
import { Toolbar } from './toolbar.tsx';
import classes from './frame.module.css';

export function Frame() {
  useSignInAfterSessionEnd();
  const { organization } = useSession();
  return (
    <div className={classes.frame}>
      <a className={classes.skip} href="#main">
        {messages.frame.skip}
      </a>
      <Toolbar />
      <main className={classes.main} id="main" tabIndex={-1}>
        {organization ? <Outlet /> : <NoOrganizationPage />}
      </main>
    </div>
  );
}

/** When the session ends while a page is open, opens the sign-in page, which leads back here. */
function useSignInAfterSessionEnd() {
  const router = useRouter();
  useEffect(
    () =>
      onSessionEnd(() => {
        const { href, pathname } = router.state.location;
        if (pathname === '/sign-in') return;
        void router.navigate({ to: '/sign-in', search: { redirect: href, expired: '1' } });
      }),
    [router],
  );
}
