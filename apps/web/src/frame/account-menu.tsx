/** The account: who one is, the theme, the way out. */

import { useState } from 'react';
import { Menu, Tooltip, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconKeyboard, IconLogout } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { showShortcuts } from '../shortcuts/shortcuts-help.tsx';
import { signOut } from '../sign-in/authenticate.ts';
import { initialsOf } from '../ui/actor.tsx';
import menu from './account-menu.module.css';
import classes from './toolbar.module.css';

const schemes = ['light', 'dark', 'auto'] as const;

export function AccountMenu() {
  const { user, organization } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [opened, setOpened] = useState(false);

  async function leave() {
    await signOut();
    await navigate({ to: '/sign-in' });
    queryClient.clear();
  }

  const label = messages.frame.account(user.name);
  return (
    <Menu
      opened={opened}
      onChange={setOpened}
      position="right-end"
      width={232}
      radius="lg"
      shadow="md"
    >
      <Menu.Target>
        <Tooltip label={user.name} disabled={opened} position="right">
          <UnstyledButton className={classes.item} aria-label={label}>
            <span className={classes.avatar}>{initialsOf(user)}</span>
          </UnstyledButton>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={menu.who}>
          <strong>{user.name}</strong>
          <span>{user.email}</span>
          {organization && <span>{messages.frame.role(organization.role, organization.name)}</span>}
        </div>
        <Menu.Divider />
        <Menu.Label>{messages.frame.theme}</Menu.Label>
        {schemes.map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={scheme === colorScheme}
            onClick={() => setColorScheme(scheme)}
            closeMenuOnClick={false}
            rightSection={scheme === colorScheme && <IconCheck size={14} stroke={1.5} />}
          >
            {messages.frame.themes[scheme]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} stroke={1.4} />} onClick={showShortcuts}>
          {messages.frame.shortcuts}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} stroke={1.4} />} onClick={() => void leave()}>
          {messages.frame.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
