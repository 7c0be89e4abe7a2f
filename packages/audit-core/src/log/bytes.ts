/** Comparison of byte strings. */

/** Whether two byte strings are equal. Not constant-time, since hashes and signatures of the log are public. */
export function bytesEqual(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}
