/** An outcome as an icon and a word, coloured only if it needs attention. */

import { IconBan, IconCheck, IconCircleX } from '@tabler/icons-react';
import type { Outcome } from '@liblab/audit-core';
import { messages } from '../messages.ts';
import classes from './result-badge.module.css';

const icons = { success: IconCheck, failure: IconCircleX, denied: IconBan };

export function ResultBadge({ outcome }: { outcome: Outcome }) {
  const Icon = icons[outcome];
  return (
    <span className={`${classes.result} ${classes[outcome]}`} data-outcome={outcome}>
      <Icon size={14} stroke={1.5} aria-hidden="true" />
      <span>{messages.ui.outcomes[outcome]}</span>
    </span>
  );
}
