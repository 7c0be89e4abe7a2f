/** The content MAC tells a repeat of an event from another event with the same id, without keeping the event. */

import { createHmac, type KeyObject } from 'node:crypto';
import { dropRedactedValues } from '@liblab/audit-core';
import { sortedJson } from './sorted-json.ts';

export interface ContentMac {
  /** 16 bytes. */
  stored: Buffer;
  /** In hex: an event has the same content if its stored MAC is one of these. */
  accepted: readonly string[];
}

/** An event as it was sent, and the text that is stored and measured. */
export interface SentContent {
  sent: unknown;
  /** `sent` without the values of redacted changes, which are not hashed either, with its members sorted. */
  text: string;
}

export function readContent(sent: unknown): SentContent {
  return { sent, text: sortedJson(dropRedactedValues(sent)) };
}

export function contentMac({ sent, text }: SentContent, contentKey: KeyObject): ContentMac {
  const macOf = (content: string) =>
    createHmac('sha256', contentKey).update(content).digest().subarray(0, 16);
  const stored = macOf(text);
  const accepted = [stored.toString('hex')];
  // Version 0.1.0 stored and hashed the values of redacted changes.
  if (dropRedactedValues(sent) !== sent) accepted.push(macOf(sortedJson(sent)).toString('hex'));
  return { stored, accepted };
}
