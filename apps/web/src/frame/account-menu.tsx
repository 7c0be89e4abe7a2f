/** The account menu: the user, the theme and signing out. */

import { useState } from 'react';
import { Popover, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconKeyboard, IconLogout } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { showShortcuts } from './shortcuts-help.tsx';
import { signOut } from '../authenticate.ts';
import { getInitials } from '../ui/actor.tsx';
import menu from './account-menu.module.css';
import classes from './toolbar.module.css';

const schemes = ['light', 'dark', 'auto'] as const;

export function AccountMenu() {
  const { user, organization } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const [opened, setOpened] = useState(false);
  const queryClient = useQueryClient();
  const navigate = useNavigate();

  async function signOutAndLeave() {
    await signOut();
    await navigate({ to: '/sign-in' });
    queryClient.clear();
  }

  const label = messages.frame.account(user.name);
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="right-end"
      width={232}
      withinPortal={false}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <Tooltip label={user.name} position="right" disabled={opened}>
          <UnstyledButton
            className={classes.item}
            aria-label={label}
            onClick={() => setOpened(!opened)}
          >
            <span className={classes.avatar} data-initials={getInitials(user)} />
          </UnstyledButton>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown className={menu.dropdown} aria-label={label}>
        <div className={menu.who}>
          <strong>{user.name}</strong>
          <span>{user.email}</span>
          {organization && (
            <span>
              {messages.frame.role(messages.ui.roles[organization.role], organization.name)}
            </span>
          )}
        </div>
        <div role="group" aria-label={messages.frame.theme} className={menu.group}>
          <span className={menu.label} aria-hidden="true">
            {messages.frame.theme}
          </span>
          {schemes.map((scheme) => (
            <UnstyledButton
              key={scheme}
              className={menu.item}
              aria-pressed={scheme === colorScheme}
              onClick={() => setColorScheme(scheme)}
            >
              {messages.frame.themes[scheme]}
              {scheme === colorScheme && <IconCheck size={14} stroke={1.7} aria-hidden="true" />}
            </UnstyledButton>
          ))}
        </div>
        <div className={menu.group}>
          <UnstyledButton
            className={menu.item}
            onClick={() => {
              setOpened(false);
              showShortcuts();
            }}
          >
            {messages.shortcuts.title}
            <IconKeyboard size={16} stroke={1.4} aria-hidden="true" />
          </UnstyledButton>
          <UnstyledButton className={menu.item} onClick={() => void signOutAndLeave()}>
            {messages.frame.signOut}
            <IconLogout size={16} stroke={1.4} aria-hidden="true" />
          </UnstyledButton>
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
