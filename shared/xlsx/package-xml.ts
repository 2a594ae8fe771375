/** The parts that hold a workbook together. */
import type { Sheet, WorkbookProperties } from './sheet.ts';
import { absolute, quoted, xml, XML_HEAD } from './xml.ts';

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const SPREADSHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** @param rows of each sheet */
export function workbookXml(sheets: readonly Sheet[], rows: readonly number[]): string {
  const listed = sheets.map(({ name }, at) => `<sheet name="${xml(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`);
  return [
    `${XML_HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}">`,
    '<bookViews><workbookView activeTab="0"/></bookViews>',
    `<sheets>${listed.join('')}</sheets>`,
    definedNames(sheets, rows),
    '</workbook>',
  ].join('');
}

/** The rows that every printed page repeats, and what the filters cover. */
function definedNames(sheets: readonly Sheet[], rows: readonly number[]): string {
  const names = sheets.flatMap(({ name, columns, frozenRows = 0, hasFilter = false }, at) => {
    const corner = absolute({ row: Math.max(1, rows[at]) - 1, column: columns.length - 1 });
    return [
      ...(hasFilter
        ? [
            `<definedName name="_xlnm._FilterDatabase" localSheetId="${at}" hidden="1">${xml(quoted(name))}!$A$1:${corner}</definedName>`,
          ]
        : []),
      ...(frozenRows > 0
        ? [
            `<definedName name="_xlnm.Print_Titles" localSheetId="${at}">${xml(quoted(name))}!$1:$${frozenRows}</definedName>`,
          ]
        : []),
    ];
  });
  return names.length === 0 ? '' : `<definedNames>${names.join('')}</definedNames>`;
}

/** Numbered from rId1. */
export function relationships(items: readonly { readonly type: string; readonly target: string }[]): string {
  const rows = items.map(({ type, target }, at) => {
    const kind = type.startsWith('metadata/') ? `${PACKAGE}/relationships/${type}` : `${OFFICE}/${type}`;
    return `<Relationship Id="rId${at + 1}" Type="${kind}" Target="${xml(target)}"/>`;
  });
  return `${XML_HEAD}<Relationships xmlns="${PACKAGE}/relationships">${rows.join('')}</Relationships>`;
}

export function contentTypes(sheets: readonly Sheet[]): string {
  const override = (part: string, type: string) => `<Override PartName="${part}" ContentType="${type}"/>`;
  const parts = [
    override('/xl/workbook.xml', `${SPREADSHEET}.sheet.main+xml`),
    override('/xl/styles.xml', `${SPREADSHEET}.styles+xml`),
    override('/xl/sharedStrings.xml', `${SPREADSHEET}.sharedStrings+xml`),
    override('/docProps/core.xml', 'application/vnd.openxmlformats-package.core-properties+xml'),
    ...sheets.flatMap(({ chart }, at) => [
      override(`/xl/worksheets/sheet${at + 1}.xml`, `${SPREADSHEET}.worksheet+xml`),
      ...(chart
        ? [
            override(`/xl/drawings/drawing${at + 1}.xml`, 'application/vnd.openxmlformats-officedocument.drawing+xml'),
            override(
              `/xl/charts/chart${at + 1}.xml`,
              'application/vnd.openxmlformats-officedocument.drawingml.chart+xml',
            ),
          ]
        : []),
    ]),
  ];
  return [
    `${XML_HEAD}<Types xmlns="${PACKAGE}/content-types">`,
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>',
    '<Default Extension="xml" ContentType="application/xml"/>',
    ...parts,
    '</Types>',
  ].join('');
}

export function coreProperties({ title, createdAt }: WorkbookProperties): string {
  const at = `${createdAt.slice(0, 19)}Z`;
  return [
    `${XML_HEAD}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">`,
    `<dc:title>${xml(title)}</dc:title><dc:creator>Larder</dc:creator>`,
    `<dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${at}</dcterms:modified>`,
    '</cp:coreProperties>',
  ].join('');
}
