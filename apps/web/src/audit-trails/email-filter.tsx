/** The e-mail box. Searches when the user pauses while typing. */

import { useEffect, useRef, useState, type Ref } from 'react';
import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import classes from './filter-bar.module.css';

const debounceMs = 300;

interface Props {
  ref: Ref<HTMLInputElement>;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

export function EmailFilter({ ref, value, onChange }: Props) {
  const [text, setText] = useState(value ?? '');
  /** The value that the address last received from this box. */
  const submitted = useRef(value);

  // Going back and removing the filter change the address from outside.
  useEffect(() => {
    if (value === submitted.current) return;
    submitted.current = value;
    setText(value ?? '');
  }, [value]);

  const submit = (typed: string) => {
    const next = typed.trim() || undefined;
    if (next === submitted.current) return;
    submitted.current = next;
    onChange(next);
  };
  const submitLater = useDebouncedCallback(submit, debounceMs);

  return (
    <TextInput
      ref={ref}
      className={classes.email ?? ''}
      type="search"
      aria-label={messages.trail.email}
      placeholder={messages.trail.emailPlaceholder}
      autoComplete="off"
      spellCheck={false}
      maxLength={320}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        submitLater(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') submit(event.currentTarget.value);
        if (event.key === 'Escape') event.currentTarget.blur();
      }}
      leftSection={<IconSearch size={16} stroke={1.4} />}
      rightSection={
        text ? (
          <CloseButton
            size="sm"
            aria-label={messages.trail.clearEmail}
            onClick={() => {
              setText('');
              submit('');
            }}
          />
        ) : (
          <Kbd aria-hidden="true">/</Kbd>
        )
      }
    />
  );
}
