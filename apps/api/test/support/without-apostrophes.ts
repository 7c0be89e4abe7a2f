/** The original text of an exported cell, without the apostrophes that disable formulas. */
export function withoutApostrophes(cell = ''): string {
  return cell
    .replace(/^'(?=[[\p{Z}\p{Cc}\p{Cf}"']--[\t\r\n]]*[=+\-@＝＋－＠\t\r\n])/v, '')
    .replaceAll(/(?<=[;\t\r\n])'(?=[[\p{Z}\p{Cc}\p{Cf}"']--[\t\r\n]]*[=+\-@＝＋－＠])/gv, '');
}
