/** The filter by result. */

import { useId } from 'react';
import { Combobox, UnstyledButton, useCombobox } from '@mantine/core';
import { IconCheck, IconChevronDown } from '@tabler/icons-react';
import type { Outcome } from '@liblab/audit-core';
import { formatList } from '../locale.ts';
import { messages } from '../messages.ts';
import classes from './filter-bar.module.css';

const choices: { value: string; label: string }[] = [
  { value: '', label: messages.trail.resultAll },
  { value: 'success', label: messages.ui.outcomes.success },
  { value: 'failure', label: messages.ui.outcomes.failure },
  { value: 'denied', label: messages.ui.outcomes.denied },
  { value: 'failure,denied', label: messages.trail.resultBad },
];

interface Props {
  value: Outcome[] | undefined;
  onChange: (outcome: Outcome[] | undefined) => void;
}

export function OutcomeFilter({ value, onChange }: Props) {
  const labelId = useId();
  const combobox = useCombobox({
    onDropdownOpen: () => combobox.selectActiveOption(),
    onDropdownClose: () => combobox.resetSelectedOption(),
  });
  const chosen = value?.join(',') ?? '';
  const label =
    choices.find((choice) => choice.value === chosen)?.label ??
    formatList((value ?? []).map((outcome) => messages.ui.outcomes[outcome]));
  return (
    <Combobox
      store={combobox}
      width={200}
      position="bottom-start"
      withinPortal={false}
      onOptionSubmit={(submitted) => {
        onChange(submitted ? (submitted.split(',') as Outcome[]) : undefined);
        combobox.closeDropdown();
      }}
    >
      <Combobox.Target targetType="button">
        <UnstyledButton
          className={classes.pick}
          data-active={chosen !== '' || undefined}
          aria-labelledby={`${labelId}-name ${labelId}-value`}
          onClick={() => combobox.toggleDropdown()}
        >
          <span id={`${labelId}-name`} hidden>
            {messages.trail.result}
          </span>
          <span id={`${labelId}-value`}>{label}</span>
          <IconChevronDown size={16} stroke={1.4} aria-hidden="true" />
        </UnstyledButton>
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options className={classes.options} aria-label={messages.trail.result}>
          {choices.map((choice) => (
            <Combobox.Option
              key={choice.value}
              value={choice.value}
              active={choice.value === chosen}
              aria-selected={choice.value === chosen}
            >
              <IconCheck className={classes.tick} size={14} stroke={1.7} aria-hidden="true" />
              <span>{choice.label}</span>
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
