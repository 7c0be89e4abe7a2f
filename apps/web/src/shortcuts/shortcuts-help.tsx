/** The list of shortcuts, and the switch that turns single keys off. */

import { useSyncExternalStore } from 'react';
import { Kbd, Modal, Switch } from '@mantine/core';
import { messages } from '../messages.ts';
import { useShortcuts, useShortcutsEnabled } from './shortcuts.ts';
import classes from './shortcuts-help.module.css';

let shown = false;
const listeners = new Set<() => void>();

function show(next: boolean) {
  shown = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Opens the list from anywhere. */
export const showShortcuts = () => show(true);

export function ShortcutsHelp() {
  const opened = useSyncExternalStore(subscribe, () => shown);
  const [enabled, setEnabled] = useShortcutsEnabled();
  useShortcuts({ '?': showShortcuts });
  return (
    <Modal
      opened={opened}
      onClose={() => show(false)}
      title={messages.shortcuts.title}
      closeButtonProps={{ 'aria-label': messages.close }}
      size={400}
    >
      <dl className={classes.list}>
        {messages.shortcuts.list.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <Switch
        checked={enabled}
        onChange={(event) => setEnabled(event.currentTarget.checked)}
        label={messages.shortcuts.enabled}
        description={messages.shortcuts.enabledHint}
      />
    </Modal>
  );
}
