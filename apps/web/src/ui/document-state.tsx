/** Whether a document is approved, as an icon and a word. */

import { IconCircleCheck, IconClock } from '@tabler/icons-react';
import { messages } from '../messages.ts';
import classes from './detail-page.module.css';

export function DocumentState({ state }: { state: 'approved' | 'unapproved' }) {
  const Icon = state === 'approved' ? IconCircleCheck : IconClock;
  return (
    <span className={`${classes.badge} ${state === 'approved' ? classes.good : ''}`}>
      <Icon size={14} stroke={1.5} aria-hidden="true" />
      {messages.ui.documentStates[state]}
    </span>
  );
}
