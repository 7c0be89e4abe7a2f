/** The original text of a cell of an export: takes away the apostrophes that keep formulas from running. */
export function withoutApostrophes(cell = ''): string {
  return cell
    .replace(/^'(?=[[\p{Z}\p{Cc}\p{Cf}"']--[\t\r\n]]*[=+\-@＝＋－＠\t\r\n])/v, '')
    .replaceAll(/(?<=[;\t\r\n])'(?=[[\p{Z}\p{Cc}\p{Cf}"']--[\t\r\n]]*[=+\-@＝＋－＠])/gv, '');
}
