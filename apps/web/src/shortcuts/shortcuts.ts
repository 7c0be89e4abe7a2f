/** Single-key shortcuts: silent in fields and with a modifier, and off where the user wants none (WCAG 2.1.4). */

import { useEffect, useEffectEvent, type RefObject } from 'react';
import { useLocalStorage } from '@mantine/hooks';

const storageKey = 'portal-shortcuts';

/** Whether single keys act, kept in this browser. */
export function useShortcutsEnabled() {
  return useLocalStorage<boolean>({ key: storageKey, defaultValue: true });
}

export type Shortcuts = Record<string, (() => void) | undefined>;

/** Keys that act although shortcuts are off: they are no characters. */
const always = new Set(['Escape']);

/**
 * Calls the function named by `KeyboardEvent.key` while the component is shown. In a dialog only those of the dialog
 * itself act, which are told by `own`.
 */
export function useShortcuts(shortcuts: Shortcuts, own?: RefObject<Element | null>): void {
  const [enabled] = useShortcutsEnabled();
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    const act = shortcuts[event.key];
    if (!act || !isFree(event, own?.current ?? null) || !(enabled || always.has(event.key))) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listener);
    return () => document.removeEventListener('keydown', listener);
  }, []);
}

/** Whether nothing else has a claim on the key: no modifier, no field, no open menu, no dialog but one's own. */
function isFree(event: KeyboardEvent, own: Element | null): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target;
  if (!(target instanceof Element)) return true;
  const dialog = target.closest('[role="dialog"]');
  if (dialog && dialog !== own) return false;
  return !target.closest(
    'input, textarea, select, [contenteditable="true"], [role="menu"], [role="listbox"], [aria-expanded="true"]',
  );
}
