/** One sheet as XML, row by row: a hundred thousand rows are never in memory at once. */
import type { SharedStrings } from './shared-strings.ts';
import type { Cell, CellStyle, Rule, Sheet } from './sheet.ts';
import { styleIndex, toneIndex } from './styles.ts';
import { columnName, xml, XML_HEAD } from './xml.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
/** What a sheet holds. */
const MAX_ROWS = 1_048_576;
const DAY_MS = 86_400_000;
/** Day 0 of the spreadsheets' calendar. */
const EPOCH = Date.UTC(1899, 11, 30);

/** Pieces of the sheet's XML. @returns how many rows it has */
export function* sheetXml(sheet: Sheet, strings: SharedStrings, isFirst: boolean): Generator<string, number> {
  const frozen = sheet.frozenRows ?? 0;
  yield [
    `${XML_HEAD}<worksheet xmlns="${MAIN}" xmlns:r="${RELATIONSHIPS}">`,
    '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>',
    `<sheetViews><sheetView workbookViewId="0" showGridLines="0"${isFirst ? ' tabSelected="1"' : ''}>${pane(sheet)}</sheetView></sheetViews>`,
    '<sheetFormatPr defaultRowHeight="15"/>',
    `<cols>${sheet.columns.map(({ width }, at) => `<col min="${at + 1}" max="${at + 1}" width="${width}" customWidth="1"/>`).join('')}</cols>`,
    '<sheetData>',
  ].join('');
  const write = rowWriter(sheet, strings);
  let rows = 0;
  for (const row of sheet.rows) {
    if (rows === MAX_ROWS) throw new Error(`The sheet ${sheet.name} has more than ${MAX_ROWS} rows.`);
    rows++;
    yield write(row, rows);
  }
  yield '</sheetData>';
  const last = columnName(sheet.columns.length - 1);
  if (sheet.hasFilter) yield `<autoFilter ref="A1:${last}${Math.max(1, rows)}"/>`;
  yield conditions(sheet.rules ?? [], { first: frozen + 1, last: rows });
  yield '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>';
  yield '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>';
  yield '<headerFooter><oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter></headerFooter>';
  yield `${sheet.chart ? '<drawing r:id="rId1"/>' : ''}</worksheet>`;
  return rows;
}

function pane({ frozenRows = 0 }: Sheet): string {
  if (frozenRows === 0) return '';
  const corner = `A${frozenRows + 1}`;
  return `<pane ySplit="${frozenRows}" topLeftCell="${corner}" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft" activeCell="${corner}" sqref="${corner}"/>`;
}

/** Two lines: headers are wider than what stands below them. */
const HEADER_HEIGHT = ' ht="32" customHeight="1"';

function rowWriter(
  { columns, frozenRows = 0 }: Sheet,
  strings: SharedStrings,
): (row: readonly Cell[], number: number) => string {
  const names = columns.map((_, at) => columnName(at));
  const plain = columns.map(({ style }) => style);
  return (row, number) => {
    let cells = '';
    for (let at = 0; at < row.length; at++) {
      const cell = row[at];
      if (cell === null) continue;
      const isStyled = typeof cell === 'object';
      const value = isStyled ? cell.value : cell;
      if (value === null) continue;
      cells += cellXml(`${names[at]}${number}`, value, isStyled ? cell.style : plain[at], strings);
    }
    return `<row r="${number}"${number <= frozenRows ? HEADER_HEIGHT : ''}>${cells}</row>`;
  };
}

function cellXml(address: string, value: string | number, style: CellStyle, strings: SharedStrings): string {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? `<c r="${address}" s="${styleIndex(style, false)}"><v>${value}</v></c>` : '';
  }
  if (style === 'date') {
    const serial = (Date.parse(`${value}T00:00:00Z`) - EPOCH) / DAY_MS;
    if (Number.isFinite(serial)) return `<c r="${address}" s="${styleIndex(style, false)}"><v>${serial}</v></c>`;
  }
  const isQuoted = /^[=+\-@\t\r\n|%]/.test(value);
  return `<c r="${address}" s="${styleIndex(style, isQuoted)}" t="s"><v>${strings.indexOf(value)}</v></c>`;
}

function conditions(rules: readonly Rule[], all: { readonly first: number; readonly last: number }): string {
  return rules
    .map((rule, at) => {
      const { first, last } = rule.rows ?? all;
      if (last < first) return '';
      const column = columnName(rule.column);
      const range = `${column}${first}:${column}${last}`;
      return `<conditionalFormatting sqref="${range}">${condition(rule, `${column}${first}`, at + 1)}</conditionalFormatting>`;
    })
    .join('');
}

function condition({ when, tone }: Rule, corner: string, priority: number): string {
  const common = `dxfId="${toneIndex(tone)}" priority="${priority}" stopIfTrue="1"`;
  if ('contains' in when) {
    const text = xml(when.contains.replace(/"/g, '""'));
    return `<cfRule type="containsText" ${common} operator="containsText" text="${xml(when.contains)}"><formula>NOT(ISERROR(SEARCH("${text}",${corner})))</formula></cfRule>`;
  }
  if ('equals' in when) {
    const text = xml(when.equals.replace(/"/g, '""'));
    return `<cfRule type="cellIs" ${common} operator="equal"><formula>"${text}"</formula></cfRule>`;
  }
  // A text counts as more than any number, and an empty cell as 0.
  const [operator, bound] =
    'atLeast' in when ? ['>=', when.atLeast] : 'above' in when ? ['>', when.above] : ['<', when.below];
  return `<cfRule type="expression" ${common}><formula>AND(ISNUMBER(${corner}),${corner}${xml(operator)}${bound})</formula></cfRule>`;
}
