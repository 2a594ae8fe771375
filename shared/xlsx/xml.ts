/** Text as XML 1.0 carries it, and addresses of cells. */

export const XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const SPECIAL = /[&<>"]/;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** What XML 1.0 has no way to say. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
/** Excel reads `_x000D_` as the character of that number. */
const ESCAPE = /_(?=x[0-9A-Fa-f]{4}_)/g;
/** What a cell holds. */
const MAX_CHARACTERS = 32_767;

export function xml(text: string): string {
  const known = text.replace(FORBIDDEN, '\ufffd');
  return SPECIAL.test(known) ? known.replace(/[&<>"]/g, (character) => ENTITIES[character]) : known;
}

/** A cell's text: never more than a cell holds, never read as an escape. */
export function cellText(text: string): string {
  const cut = text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS - 1)}…` : text;
  return xml(cut).replace(ESCAPE, '_x005F_');
}

/** A, B, … Z, AA for 0, 1, … 25, 26. */
export function columnName(column: number): string {
  const rest = Math.floor(column / 26);
  const letter = String.fromCharCode(65 + (column % 26));
  return rest === 0 ? letter : columnName(rest - 1) + letter;
}

/** $B$5 for column 1, row 4. */
export function absolute({ row, column }: { readonly row: number; readonly column: number }): string {
  return `$${columnName(column)}$${row + 1}`;
}

/** A sheet's name in a formula. */
export function quoted(name: string): string {
  return `'${name.replace(/'/g, "''")}'`;
}
