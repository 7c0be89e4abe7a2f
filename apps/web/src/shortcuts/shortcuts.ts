/** Single-key shortcuts: silent in fields and with a modifier, and off where the user wants none (WCAG 2.1.4). */

import { useEffect, useEffectEvent } from 'react';
import { useLocalStorage } from '@mantine/hooks';

const storageKey = 'portal-shortcuts';

/** Whether single keys act, kept in this browser. */
export function useShortcutsEnabled() {
  return useLocalStorage<boolean>({ key: storageKey, defaultValue: true });
}

export type Shortcuts = Record<string, (() => void) | undefined>;

/** Keys that act although shortcuts are off: they are no characters. */
const always = new Set(['Escape']);

/** Calls the function named by `KeyboardEvent.key` while the component is shown. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const [enabled] = useShortcutsEnabled();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const act = shortcuts[event.key];
    if (!act || !isFree(event) || !(enabled || always.has(event.key))) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/** Whether nothing else has a claim on the key: no modifier, no field, no open menu or dialog. */
function isFree(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target;
  if (!(target instanceof Element)) return true;
  return !target.closest(
    'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"], [aria-expanded="true"]',
  );
}
