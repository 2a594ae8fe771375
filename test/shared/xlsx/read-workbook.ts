/** The cells of an `.xlsx` file, as far as the tests look at them. */
import { strFromU8, unzipSync } from 'fflate';

export interface ReadCell {
  readonly value: string | number;
  readonly format: string;
  /** Whether a spreadsheet takes it for text even when somebody edits it. */
  readonly isQuoted: boolean;
}

export interface ReadSheet {
  readonly xml: string;
  readonly rows: readonly ReadonlyMap<string, ReadCell>[];
}

/** The parts by their paths. */
export function partsOf(workbook: Uint8Array): ReadonlyMap<string, string> {
  return new Map(Object.entries(unzipSync(workbook)).map(([path, bytes]) => [path, strFromU8(bytes)]));
}

/** The sheets by their names; a row's cells by their column's letter. */
export function readWorkbook(workbook: Uint8Array): ReadonlyMap<string, ReadSheet> {
  const parts = partsOf(workbook);
  const part = (path: string) => parts.get(path) ?? '';
  const strings = all(part('xl/sharedStrings.xml'), /<t[^>]*>([^<]*)<\/t>/g).map(([text]) => plain(text));
  const formats = new Map(
    all(part('xl/styles.xml'), /<numFmt numFmtId="(\d+)" formatCode="([^"]*)"/g).map(([id, code]) => [id, code]),
  );
  const cellFormats = /<cellXfs[^]*<\/cellXfs>/.exec(part('xl/styles.xml'))?.[0] ?? '';
  const styles = all(cellFormats, /<xf ([^>]*)>/g).map(([attributes]) => ({
    format: plain(formats.get(/numFmtId="(\d+)"/.exec(attributes)?.[1] ?? '') ?? ''),
    isQuoted: attributes.includes('quotePrefix="1"'),
  }));
  const names = all(part('xl/workbook.xml'), /<sheet name="([^"]*)"/g).map(([name]) => plain(name));
  return new Map(
    names.map((name, at) => {
      const xml = part(`xl/worksheets/sheet${at + 1}.xml`);
      const rows = all(xml, /<row [^>]*>([^]*?)<\/row>/g).map(
        ([row]) =>
          new Map(
            all(row, /<c r="([A-Z]+)\d+" s="(\d+)"( t="s")?><v>([^<]*)<\/v><\/c>/g).map(
              ([column, style, isText, value]) => [
                column,
                { value: isText ? strings[Number(value)] : Number(value), ...styles[Number(style)] },
              ],
            ),
          ),
      );
      return [name, { xml, rows }];
    }),
  );
}

/** @throws Error where there is no such sheet */
export function sheetOf(workbook: Uint8Array, name: string): ReadSheet {
  const sheet = readWorkbook(workbook).get(name);
  if (!sheet) throw new Error(`There is no sheet ${name}.`);
  return sheet;
}

/** The cells below a header. */
export function column({ rows }: ReadSheet, header: string) {
  const [letter] = [...rows[0]].find(([, { value }]) => value === header) ?? [];
  if (letter === undefined) throw new Error(`There is no column ${header}.`);
  return rows.slice(1).map((row) => row.get(letter));
}

function all(text: string, pattern: RegExp): string[][] {
  return [...text.matchAll(pattern)].map(([, ...groups]) => groups);
}

function plain(text: string): string {
  const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return text
    .replace(/_x([0-9A-F]{4})_/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)))
    .replace(/&(\w+);/g, (_, name: string) => named[name]);
}
