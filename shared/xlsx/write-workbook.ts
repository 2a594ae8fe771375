/**
 * Sheets as an Excel workbook (ECMA-376). Written here, over a zip library, because no kept library writes
 * charts, and those that write the rest take three times the memory. The same sheets give the same bytes.
 */
import { strToU8, Zip, ZipDeflate } from 'fflate';
import { chartXml, drawingXml } from './chart-xml.ts';
import { contentTypes, coreProperties, relationships, workbookXml } from './package-xml.ts';
import type { Sheet, WorkbookProperties } from './sheet.ts';
import { SharedStrings } from './shared-strings.ts';
import { sheetXml } from './sheet-xml.ts';
import { stylesXml } from './styles.ts';

/** Zip files begin their calendar here. */
const MODIFIED = new Date(1980, 0, 1);
const CHUNK_CHARACTERS = 1 << 16;

/** The bytes of an `.xlsx` file. */
export function writeWorkbook(sheets: readonly Sheet[], properties: WorkbookProperties): Buffer {
  const zip = new Package();
  const strings = new SharedStrings();
  const rows = sheets.map((sheet, at) =>
    zip.add(`xl/worksheets/sheet${at + 1}.xml`, sheetXml(sheet, strings, at === 0)),
  );
  sheets.forEach(({ chart, name }, at) => {
    if (!chart) return;
    const number = at + 1;
    const drawing = [{ type: 'drawing', target: `../drawings/drawing${number}.xml` }];
    zip.add(`xl/worksheets/_rels/sheet${number}.xml.rels`, [relationships(drawing)]);
    zip.add(`xl/drawings/drawing${number}.xml`, [drawingXml(chart)]);
    zip.add(`xl/drawings/_rels/drawing${number}.xml.rels`, [
      relationships([{ type: 'chart', target: `../charts/chart${number}.xml` }]),
    ]);
    zip.add(`xl/charts/chart${number}.xml`, [chartXml(chart, name)]);
  });
  zip.add('xl/sharedStrings.xml', strings.xml());
  zip.add('xl/styles.xml', [stylesXml()]);
  zip.add('xl/workbook.xml', [workbookXml(sheets, rows)]);
  zip.add('xl/_rels/workbook.xml.rels', [
    relationships([
      ...sheets.map((_, at) => ({ type: 'worksheet', target: `worksheets/sheet${at + 1}.xml` })),
      { type: 'styles', target: 'styles.xml' },
      { type: 'sharedStrings', target: 'sharedStrings.xml' },
    ]),
  ]);
  zip.add('docProps/core.xml', [coreProperties(properties)]);
  zip.add('_rels/.rels', [
    relationships([
      { type: 'officeDocument', target: 'xl/workbook.xml' },
      { type: 'metadata/core-properties', target: 'docProps/core.xml' },
    ]),
  ]);
  zip.add('[Content_Types].xml', [contentTypes(sheets)]);
  return zip.end();
}

class Package {
  private readonly chunks: Uint8Array[] = [];
  private readonly zip = new Zip((error, chunk) => {
    if (error) throw error;
    this.chunks.push(chunk);
  });

  /** @returns what the pieces return at their end */
  add<T>(path: string, pieces: Iterable<string, T>): T {
    const file = new ZipDeflate(path, { level: 4 });
    file.mtime = MODIFIED;
    this.zip.add(file);
    const iterator = pieces[Symbol.iterator]();
    let text = '';
    for (;;) {
      const next = iterator.next();
      if (next.done === true) {
        file.push(strToU8(text), true);
        return next.value;
      }
      text += next.value;
      if (text.length < CHUNK_CHARACTERS) continue;
      file.push(strToU8(text));
      text = '';
    }
  }

  end(): Buffer {
    this.zip.end();
    return Buffer.concat(this.chunks);
  }
}
