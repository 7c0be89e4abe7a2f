/** The keys worth knowing, at the foot of the list; gone when they are switched off. */

import { Kbd } from '@mantine/core';
import { messages } from '../messages.ts';
import { useShortcutsEnabled } from '../shortcuts/shortcuts.ts';
import classes from './event-list.module.css';

export function KeyHints() {
  const [enabled] = useShortcutsEnabled();
  if (!enabled) return null;
  return (
    <span className={classes.keys} aria-hidden="true">
      <Kbd>j</Kbd>
      <Kbd>k</Kbd>
      <span>{messages.shortcuts.move}</span>
      <Kbd>Enter</Kbd>
      <span>{messages.shortcuts.open}</span>
      <Kbd>?</Kbd>
      <span>{messages.shortcuts.all}</span>
    </span>
  );
}
