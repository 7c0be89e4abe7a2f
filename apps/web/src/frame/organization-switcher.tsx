/** Switches the active organisation. Shows only the first matches, because thousands would freeze the page. */

import { useState } from 'react';
import { Combobox, Tooltip, UnstyledButton, useCombobox } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { trpc } from '../trpc.ts';
import { getInitials } from '../ui/actor.tsx';
import switcher from './organization-switcher.module.css';
import classes from './toolbar.module.css';

const shownMax = 50;

export function OrganizationSwitcher() {
  const { organizations, organization } = useSession();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setText('');
    },
  });
  const setActive = useMutation(
    trpc.organizations.setActive.mutationOptions({
      onSuccess: async () => {
        // Neither filters nor rows of the previous organisation may stay.
        await navigate({ to: '/audit-trails', search: {} });
        await queryClient.resetQueries();
      },
    }),
  );

  const query = text.trim().toLowerCase();
  const matches = organizations.filter(({ name }) => name.toLowerCase().includes(query));
  const label = messages.frame.organization(organization?.name ?? messages.ui.none);
  return (
    <Combobox
      store={combobox}
      position="right-end"
      withinPortal={false}
      width={280}
      onOptionSubmit={(organizationId) => {
        combobox.closeDropdown();
        if (organizationId !== organization?.id) setActive.mutate({ organizationId });
      }}
    >
      <Combobox.Target targetType="button">
        <Tooltip
          label={organization?.name ?? messages.ui.none}
          disabled={combobox.dropdownOpened}
          position="right"
        >
          <UnstyledButton
            className={classes.item}
            aria-label={label}
            onClick={() => combobox.toggleDropdown()}
          >
            <span
              className={`${classes.avatar} ${classes.organization}`}
              data-initials={getInitials({ name: organization?.name ?? '' })}
            />
          </UnstyledButton>
        </Tooltip>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
          placeholder={messages.frame.organizationSearch}
          aria-label={messages.frame.organizationSearch}
        />
        <Combobox.Options
          className={switcher.options}
          aria-label={messages.frame.organizationSearch}
        >
          {matches.slice(0, shownMax).map(({ id, name }) => (
            <Combobox.Option key={id} value={id} active={id === organization?.id}>
              <span className={switcher.name}>{name}</span>
              {id === organization?.id && <IconCheck size={14} stroke={1.5} />}
            </Combobox.Option>
          ))}
          {matches.length === 0 && (
            <Combobox.Empty>{messages.frame.organizationNone}</Combobox.Empty>
          )}
        </Combobox.Options>
        {matches.length > shownMax && (
          <Combobox.Footer>
            {messages.frame.organizationMore(shownMax, matches.length)}
          </Combobox.Footer>
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}
