/** Single-key shortcuts. They do nothing in fields or with a modifier, and the user can turn them off (WCAG 2.1.4). */

import { useEffect, useEffectEvent, type RefObject } from 'react';
import { useLocalStorage } from '@mantine/hooks';

const storageKey = 'portal-shortcuts';

/** Whether single-key shortcuts are on, stored in this browser. */
export function useShortcutsEnabled() {
  return useLocalStorage<boolean>({ key: storageKey, defaultValue: true });
}

export type Shortcuts = Record<string, (() => void) | undefined>;

/** Keys that work even when shortcuts are off: WCAG 2.1.4 concerns only character keys. */
const alwaysEnabled = new Set(['Escape']);

/**
 * Calls the function named by `KeyboardEvent.key` while the component is mounted. While the focus is in a dialog, only
 * the shortcuts of that dialog work; a component in a dialog passes the dialog's element as `ownDialog`.
 */
export function useShortcuts(shortcuts: Shortcuts, ownDialog?: RefObject<Element | null>): void {
  const [enabled] = useShortcutsEnabled();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const run = shortcuts[event.key];
    if (
      !run ||
      !isAvailable(event, ownDialog?.current ?? null) ||
      !(enabled || alwaysEnabled.has(event.key))
    )
      return;
    event.preventDefault();
    run();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/** Whether no modifier, field, open menu or other dialog takes the key. */
function isAvailable(event: KeyboardEvent, ownDialog: Element | null): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target;
  if (!(target instanceof Element)) return true;
  const dialog = target.closest('[role="dialog"]');
  if (dialog && dialog !== ownDialog) return false;
  return !target.closest(
    'input, textarea, select, [contenteditable="true"], [role="menu"], [role="listbox"], [aria-expanded="true"]',
  );
}
