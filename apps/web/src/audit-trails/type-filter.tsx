/** The filter by event type: several at once, with a search for long catalogues. */

import { useId, useState } from 'react';
import { Button, Combobox, UnstyledButton, useCombobox } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import { useDescriptions } from '../ui/describe-event.ts';
import classes from './filter-bar.module.css';

const shownMax = 200;

interface Props {
  value: string[];
  onChange: (types: string[]) => void;
}

export function TypeFilter({ value, onChange }: Props) {
  const descriptions = useDescriptions();
  const labelId = useId();
  const [text, setText] = useState('');
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.focusSearchInput(),
    onDropdownClose: () => {
      combobox.resetSelectedOption();
      combobox.focusTarget();
      setText('');
    },
  });

  // Types in the address that the catalogue does not know are listed too, so that they can be removed.
  const all = [
    ...[...descriptions.values()].map(({ type, title }) => ({ type, title })),
    ...value.filter((type) => !descriptions.has(type)).map((type) => ({ type, title: type })),
  ];
  const query = text.trim().toLowerCase();
  const matches = all.filter(
    ({ type, title }) => type.includes(query) || title.toLowerCase().includes(query),
  );
  const [only] = value;
  const label =
    only === undefined
      ? messages.trail.eventTypeAll
      : value.length === 1
        ? (descriptions.get(only)?.title ?? only)
        : messages.trail.eventTypeCount(value.length);

  return (
    <Combobox
      store={combobox}
      width={280}
      position="bottom-start"
      withinPortal={false}
      onOptionSubmit={(type) =>
        onChange(value.includes(type) ? value.filter((other) => other !== type) : [...value, type])
      }
    >
      <Combobox.Target targetType="button">
        <UnstyledButton
          className={classes.pick}
          data-active={value.length > 0 || undefined}
          aria-labelledby={`${labelId}-name ${labelId}-value`}
          onClick={() => combobox.toggleDropdown()}
        >
          <span id={`${labelId}-name`} hidden>
            {messages.trail.eventType}
          </span>
          <span id={`${labelId}-value`}>{label}</span>
          <IconChevronDown size={16} stroke={1.4} aria-hidden="true" />
        </UnstyledButton>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Search
          role="combobox"
          aria-expanded={combobox.dropdownOpened}
          aria-controls={`${labelId}-options`}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            combobox.updateSelectedOptionIndex();
          }}
          placeholder={messages.trail.eventTypeSearch}
          aria-label={messages.trail.eventTypeSearch}
        />
        <Combobox.Options
          id={`${labelId}-options`}
          className={classes.options}
          aria-multiselectable
          aria-label={messages.trail.eventType}
        >
          {matches.slice(0, shownMax).map(({ type, title }) => (
            <Combobox.Option
              key={type}
              value={type}
              active={value.includes(type)}
              aria-selected={value.includes(type)}
            >
              <IconCheck className={classes.tick} size={14} stroke={1.7} aria-hidden="true" />
              <span>{title}</span>
            </Combobox.Option>
          ))}
          {matches.length === 0 && <Combobox.Empty>{messages.trail.eventTypeNone}</Combobox.Empty>}
        </Combobox.Options>
        {value.length > 0 && (
          <Combobox.Footer className={classes.foot}>
            <Button variant="subtle" onClick={() => onChange([])}>
              {messages.trail.eventTypeAll}
            </Button>
          </Combobox.Footer>
        )}
      </Combobox.Dropdown>
    </Combobox>
  );
}
