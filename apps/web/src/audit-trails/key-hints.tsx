/** The most useful shortcuts, at the foot of the list. Hidden when shortcuts are off. */

import { Kbd } from '@mantine/core';
import { messages } from '../messages.ts';
import { useShortcutsEnabled } from '../ui/shortcuts.ts';
import classes from './event-list.module.css';

export function KeyHints() {
  const [enabled] = useShortcutsEnabled();
  if (!enabled) return null;
  return (
    <span className={classes.keys} aria-hidden="true">
      <Kbd>j</Kbd>
      <Kbd>k</Kbd>
      <span>{messages.trail.keyHints.move}</span>
      <Kbd>Enter</Kbd>
      <span>{messages.trail.keyHints.open}</span>
      <Kbd>?</Kbd>
      <span>{messages.trail.keyHints.all}</span>
    </span>
  );
}
