/** The workbook's one table of styles. */
import type { CellStyle, Tone } from './sheet.ts';
import { xml, XML_HEAD } from './xml.ts';

interface StyleDefinition {
  readonly format?: string;
  readonly font?: keyof typeof FONTS;
  readonly isFilled?: boolean;
  readonly align?: string;
}

const FONTS = {
  plain: '<sz val="11"/><color rgb="FF1D2433"/><name val="Calibri"/><family val="2"/>',
  bold: '<b/><sz val="11"/><color rgb="FF1D2433"/><name val="Calibri"/><family val="2"/>',
  muted: '<sz val="10"/><color rgb="FF5B6475"/><name val="Calibri"/><family val="2"/>',
  title: '<b/><sz val="16"/><color rgb="FF1D2433"/><name val="Calibri"/><family val="2"/>',
  heading: '<b/><sz val="13"/><color rgb="FF1F6F5C"/><name val="Calibri"/><family val="2"/>',
  header: '<b/><sz val="11"/><color rgb="FFFFFFFF"/><name val="Calibri"/><family val="2"/>',
} as const;

const LEFT = 'vertical="top" horizontal="left"';
/** Words among numbers, such as `no cap`, stand where the numbers do. */
const RIGHT = 'vertical="top" horizontal="right"';

const DEFINITIONS: Readonly<Record<CellStyle, StyleDefinition>> = {
  text: { align: LEFT },
  muted: { font: 'muted', align: LEFT },
  strong: { font: 'bold', align: LEFT },
  title: { font: 'title' },
  heading: { font: 'heading' },
  header: { font: 'header', isFilled: true, align: 'vertical="center" wrapText="1"' },
  numberHeader: { font: 'header', isFilled: true, align: 'vertical="center" horizontal="right" wrapText="1"' },
  whole: { format: '#,##0', align: RIGHT },
  decimal: { format: '#,##0.00', align: RIGHT },
  signed: { format: '+#,##0;-#,##0;0', align: RIGHT },
  percent: { format: '0.0%', align: RIGHT },
  signedPercent: { format: '+0.0%;-0.0%;0.0%', align: RIGHT },
  date: { format: 'ddd yyyy-mm-dd', align: LEFT },
};

const TONES: Readonly<Record<Tone, { readonly ink: string; readonly paper: string }>> = {
  good: { ink: 'FF1F6F5C', paper: 'FFE4F3EF' },
  warn: { ink: 'FF8A5200', paper: 'FFFDF1DD' },
  bad: { ink: 'FFA52A1C', paper: 'FFFBE7E4' },
};

const STYLES = Object.keys(DEFINITIONS) as CellStyle[];
const TONE_NAMES = Object.keys(TONES) as Tone[];
const FONT_NAMES = Object.keys(FONTS);
const OWN_FORMATS = 164;
const FORMATS = [...new Set(STYLES.flatMap((style) => DEFINITIONS[style].format ?? []))];

/**
 * @param isQuoted for a text that a spreadsheet would take for a formula if somebody edited the cell
 */
export function styleIndex(style: CellStyle, isQuoted: boolean): number {
  return 2 * STYLES.indexOf(style) + (isQuoted ? 1 : 0);
}

export function toneIndex(tone: Tone): number {
  return TONE_NAMES.indexOf(tone);
}

export function stylesXml(): string {
  const formats = FORMATS.map((code, at) => `<numFmt numFmtId="${OWN_FORMATS + at}" formatCode="${xml(code)}"/>`);
  const fonts = Object.values(FONTS).map((font) => `<font>${font}</font>`);
  const fills = [
    '<fill><patternFill patternType="none"/></fill>',
    '<fill><patternFill patternType="gray125"/></fill>',
    '<fill><patternFill patternType="solid"><fgColor rgb="FF2F7D6B"/><bgColor indexed="64"/></patternFill></fill>',
  ];
  const cells = STYLES.flatMap((style) => [false, true].map((isQuoted) => cellFormat(DEFINITIONS[style], isQuoted)));
  const tones = Object.values(TONES).map(
    ({ ink, paper }) =>
      `<dxf><font><color rgb="${ink}"/></font><fill><patternFill patternType="solid"><fgColor rgb="${paper}"/><bgColor rgb="${paper}"/></patternFill></fill></dxf>`,
  );
  return [
    `${XML_HEAD}<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`,
    list('numFmts', formats),
    list('fonts', fonts),
    list('fills', fills),
    list('borders', ['<border><left/><right/><top/><bottom/><diagonal/></border>']),
    list('cellStyleXfs', ['<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>']),
    list('cellXfs', cells),
    list('cellStyles', ['<cellStyle name="Normal" xfId="0" builtinId="0"/>']),
    list('dxfs', tones),
    '</styleSheet>',
  ].join('');
}

function cellFormat({ format, font = 'plain', isFilled = false, align }: StyleDefinition, isQuoted: boolean): string {
  const number = format === undefined ? 0 : OWN_FORMATS + FORMATS.indexOf(format);
  const attributes = [
    `numFmtId="${number}" fontId="${FONT_NAMES.indexOf(font)}" fillId="${isFilled ? 2 : 0}" borderId="0" xfId="0"`,
    'applyNumberFormat="1" applyFont="1" applyFill="1"',
    ...(isQuoted ? ['quotePrefix="1"'] : []),
  ].join(' ');
  return align === undefined
    ? `<xf ${attributes}/>`
    : `<xf ${attributes} applyAlignment="1"><alignment ${align}/></xf>`;
}

function list(tag: string, items: readonly string[]): string {
  return `<${tag} count="${items.length}">${items.join('')}</${tag}>`;
}
