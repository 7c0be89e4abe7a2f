/** Content MACs tell a repeat of an event from another event with the same id, without keeping the event. */

import { createHmac, type KeyObject } from 'node:crypto';
import { dropRedactedValues, type SentEvent } from '@liblab/audit-core';
import { sortedJson } from './sorted-json.ts';

export interface ContentMacs {
  /**
   * 32 bytes: the MAC of the event as sent and that of its normal form. The first recognises the same text after the
   * catalogue, and with it the normal form, has changed. Rows written by version 0.1.0 have the first only.
   */
  stored: Buffer;
  /** An event has the same content when one of its stored MACs is among these. */
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

const macBytes = 16;

/** @param event the checked event, before the server adds anything to it */
export function contentMacs(
  { sent, text }: SentContent,
  event: SentEvent,
  contentKey: KeyObject,
): ContentMacs {
  const macOf = (content: string) =>
    createHmac('sha256', contentKey).update(content).digest().subarray(0, macBytes);
  const normal = normalForm(event);
  const asSent = macOf(text);
  const macs = [asSent, normal === text ? asSent : macOf(normal)];
  const stored = Buffer.concat(macs);
  // Version 0.1.0 stored and hashed the values of redacted changes.
  if (dropRedactedValues(sent) !== sent) macs.push(macOf(sortedJson(sent)));
  return { stored, accepted: macs.map((mac) => mac.toString('hex')) };
}

/** @param stored the stored MACs of the earlier event, in hex */
export function isSameContent(stored: string, { accepted }: ContentMacs): boolean {
  const digits = macBytes * 2;
  for (let start = 0; start < stored.length; start += digits) {
    if (accepted.includes(stored.slice(start, start + digits))) return true;
  }
  return false;
}

/** One text for all spellings of an event. The organisation is that of the trail, whether it was sent or not. */
function normalForm({ organizationId: _, changes, ...event }: SentEvent): string {
  const normalChanges = changes?.map(({ redacted, ...change }) =>
    redacted === true ? { ...change, redacted } : change,
  );
  return sortedJson({ ...event, ...(normalChanges && { changes: normalChanges }) });
}
