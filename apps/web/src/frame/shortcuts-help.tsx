/** The list of keyboard shortcuts, with a switch that turns single-key shortcuts off. */

import { useSyncExternalStore } from 'react';
import { Kbd, Modal, Switch } from '@mantine/core';
import { messages } from '../messages.ts';
import { useShortcuts, useShortcutsEnabled } from '../ui/shortcuts.ts';
import classes from './shortcuts-help.module.css';

let isOpen = false;
const listeners = new Set<() => void>();

function setOpen(next: boolean) {
  isOpen = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Opens the list from anywhere. */
export const showShortcuts = () => setOpen(true);

export function ShortcutsHelp() {
  const opened = useSyncExternalStore(subscribe, () => isOpen);
  const [enabled, setEnabled] = useShortcutsEnabled();
  useShortcuts({ '?': showShortcuts });
  return (
    <Modal
      opened={opened}
      onClose={() => setOpen(false)}
      title={messages.shortcuts.title}
      closeButtonProps={{ 'aria-label': messages.ui.close }}
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
