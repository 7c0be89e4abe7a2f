/** The left toolbar: an icon for each page the user can open, then the organisation and the account. */

import { UnstyledButton, Tooltip } from '@mantine/core';
import {
  IconApi,
  IconFlask2,
  IconHammer,
  IconKey,
  IconKeyboard,
  IconListDetails,
  IconTerminal2,
  IconUsers,
  IconSettings,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { showShortcuts, ShortcutsHelp } from './shortcuts-help.tsx';
import { AccountMenu } from './account-menu.tsx';
import { OrganizationSwitcher } from './organization-switcher.tsx';
import classes from './toolbar.module.css';

export function Toolbar() {
  const session = useSession();
  return (
    <nav className={classes.toolbar} aria-label={messages.frame.navigation}>
      <Link to="/" className={classes.mark} aria-label={messages.ui.portal}>
        <IconFlask2 size={17} stroke={1.4} />
      </Link>
      <div className={classes.pages}>
        {session.can('trail:read') && (
          <Page to="/audit-trails" label={messages.frame.auditTrails} icon={IconListDetails} />
        )}
        {session.can('builds:read') && (
          <>
            <Page to="/apis" label={messages.frame.apis} icon={IconApi} />
            <Page to="/builds" label={messages.frame.builds} icon={IconHammer} />
          </>
        )}
        {session.can('members:read') && (
          <Page to="/members" label={messages.frame.members} icon={IconUsers} />
        )}
        {session.can('tokens:own') && (
          <Page to="/tokens" label={messages.frame.tokens} icon={IconTerminal2} />
        )}
        {session.can('keys:manage') && (
          <Page to="/settings/keys" label={messages.frame.keys} icon={IconKey} />
        )}
        {session.can('organization:manage') && (
          <Page to="/settings" label={messages.frame.settings} icon={IconSettings} />
        )}
      </div>
      <Tooltip label={messages.shortcuts.title} position="right">
        <UnstyledButton
          className={`${classes.item} ${classes.keyboard}`}
          aria-label={messages.shortcuts.title}
          onClick={showShortcuts}
        >
          <IconKeyboard size={17} stroke={1.4} />
        </UnstyledButton>
      </Tooltip>
      {session.organizations.length > 1 && <OrganizationSwitcher />}
      <AccountMenu />
      <ShortcutsHelp />
    </nav>
  );
}

interface PageProps {
  to:
    | '/audit-trails'
    | '/apis'
    | '/builds'
    | '/members'
    | '/tokens'
    | '/settings/keys'
    | '/settings';
  label: string;
  icon: ComponentType<{ size?: number; stroke?: number }>;
}

function Page({ to, label, icon: Icon }: PageProps) {
  return (
    <Tooltip label={label} position="right">
      <Link
        to={to}
        className={classes.item}
        aria-label={label}
        activeOptions={{ exact: to === '/settings' }}
      >
        <Icon size={17} stroke={1.4} />
      </Link>
    </Tooltip>
  );
}
