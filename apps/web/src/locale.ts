/** The Portal's language, and how it writes numbers and lists. */

export const locale = 'en-GB';

const numberFormat = new Intl.NumberFormat(locale);
const listFormat = new Intl.ListFormat(locale);

/** `1,234` */
export const formatNumber = (value: number): string => numberFormat.format(value);

/** `1 event`, `1,234 events` */
export const plural = (count: number, one: string, many: string): string =>
  `${formatNumber(count)} ${count === 1 ? one : many}`;

/** `Failure and Denied` */
export const formatList = (words: string[]): string => listFormat.format(words);
