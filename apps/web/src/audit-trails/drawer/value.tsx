/** Shows a JSON value for people. */

import type { Json } from '@liblab/audit-core';
import { messages } from '../../messages.ts';

export function Value({ value }: { value: Json | undefined }) {
  if (value === undefined || value === null || value === '') return messages.ui.none;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
    return value.length > 0 ? value.map(String).join(', ') : messages.ui.none;
  }
  if (typeof value === 'object') return <code>{JSON.stringify(value, null, 1)}</code>;
  if (typeof value === 'string' && /^https?:\/\/[^\s]+$/.test(value)) {
    return (
      <a className="link" href={value} target="_blank" rel="noreferrer">
        {value}
      </a>
    );
  }
  return String(value);
}
