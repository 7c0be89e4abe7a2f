/** IP addresses and networks (CIDR, RFC 4632 and 4291) as bytes and as text. */

import type { IpRange } from './query.ts';

/** 4 or 16 bytes; an IPv4 address inside IPv6 (`::ffff:10.0.0.1`) is the IPv4 address. Undefined for other texts. */
export function parseIp(text: string): number[] | undefined {
  const bytes = text.includes(':') ? parseIpv6(text) : parseIpv4(text);
  return bytes && isMapped(bytes) ? bytes.slice(12) : bytes;
}

/** An address, or a network such as `10.0.0.0/8`, whose host bits are cleared. Undefined for other texts. */
export function parseIpRange(text: string): IpRange | undefined {
  const [, address = '', bitsText] = /^([^/]*)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const written = address.includes(':') ? parseIpv6(address) : parseIpv4(address);
  if (!written) return undefined;
  const bitsMax = written.length * 8;
  const bits = bitsText === undefined ? bitsMax : Number(bitsText);
  if (bits > bitsMax) return undefined;
  const isIpv4 = isMapped(written) && bits >= 96;
  const bytes = isIpv4 ? written.slice(12) : written;
  const prefixBits = isIpv4 ? bits - 96 : bits;
  return { bytes: bytes.map((byte, index) => byte & maskOf(index, prefixBits)), prefixBits };
}

/** Whether the bytes of an address lie in the range. */
export function isInRange(bytes: readonly number[], range: IpRange): boolean {
  return (
    bytes.length === range.bytes.length &&
    bytes.every((byte, index) => (byte & maskOf(index, range.prefixBits)) === range.bytes[index])
  );
}

/** As RFC 5952 writes it; without the prefix when the range is one address. */
export function printIpRange({ bytes, prefixBits }: IpRange): string {
  const address = bytes.length === 4 ? bytes.join('.') : printIpv6(bytes);
  return prefixBits === bytes.length * 8 ? address : `${address}/${prefixBits}`;
}

function maskOf(index: number, prefixBits: number): number {
  const bits = Math.min(Math.max(prefixBits - index * 8, 0), 8);
  return (0xff << (8 - bits)) & 0xff;
}

function isMapped(bytes: readonly number[]): boolean {
  return (
    bytes.length === 16 &&
    bytes.every((byte, index) => index > 11 || byte === (index < 10 ? 0 : 255))
  );
}

/** Decimal without leading zeros, which some read as octal. */
function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.', 5);
  const bytes = parts.map((part) => (/^(?:0|[1-9]\d{0,2})$/.test(part) ? Number(part) : 256));
  return bytes.length === 4 && bytes.every((byte) => byte < 256) ? bytes : undefined;
}

const ipv6CharsMax = 'ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255'.length;

function parseIpv6(text: string): number[] | undefined {
  if (text.length > ipv6CharsMax) return undefined;
  const [head = '', tail, more] = text.split('::', 3);
  if (more !== undefined) return undefined;
  const first = parseGroups(head, tail === undefined);
  if (tail === undefined) return first?.length === 16 ? first : undefined;
  const last = parseGroups(tail, true);
  if (!first || !last || first.length + last.length > 14) return undefined;
  return [...first, ...Array<number>(16 - first.length - last.length).fill(0), ...last];
}

/** Groups of four hexadecimal digits; the last may be an IPv4 address where the text ends. */
function parseGroups(text: string, isEnd: boolean): number[] | undefined {
  const bytes: number[] = [];
  const groups = text === '' ? [] : text.split(':');
  for (const [index, group] of groups.entries()) {
    const ipv4 = isEnd && index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (!ipv4 && !/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    const value = Number.parseInt(group, 16);
    bytes.push(...(ipv4 ?? [value >> 8, value & 0xff]));
  }
  return bytes;
}

function printIpv6(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  ).join(':');
  const zeros = groups.match(/\b0(?::0)+\b/g) ?? [];
  const longest = zeros.reduce((best, run) => (run.length > best.length ? run : best), '');
  if (longest === '') return groups;
  const start = groups.search(new RegExp(String.raw`\b${longest}\b`));
  const [before, after] = [groups.slice(0, start), groups.slice(start + longest.length)];
  return `${before.replace(/:$/, '')}::${after.replace(/^:/, '')}`;
}
