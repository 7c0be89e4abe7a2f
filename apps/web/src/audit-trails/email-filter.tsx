/** The e-mail box: searches as one types, once the typing rests. */

import { useEffect, useRef, useState, type Ref } from 'react';
import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import classes from './filter-bar.module.css';

const restMs = 300;

interface Props {
  ref: Ref<HTMLInputElement>;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

export function EmailFilter({ ref, value, onChange }: Props) {
  const [text, setText] = useState(value ?? '');
  const said = useRef(value);

  // The way back and a dropped filter change the address under the box.
  useEffect(() => {
    if (value === said.current) return;
    said.current = value;
    setText(value ?? '');
  }, [value]);

  const say = (typed: string) => {
    const next = typed.trim() || undefined;
    if (next === said.current) return;
    said.current = next;
    onChange(next);
  };
  const sayLater = useDebouncedCallback(say, restMs);

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
        sayLater(event.currentTarget.value);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') say(event.currentTarget.value);
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
              say('');
            }}
          />
        ) : (
          <Kbd aria-hidden="true">/</Kbd>
        )
      }
    />
  );
}
