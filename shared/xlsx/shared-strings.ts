/** Every text of the workbook once; cells hold its number. */
import { cellText, XML_HEAD } from './xml.ts';

export class SharedStrings {
  private readonly index = new Map<string, number>();
  private uses = 0;

  indexOf(text: string): number {
    this.uses++;
    const known = this.index.get(text);
    if (known !== undefined) return known;
    this.index.set(text, this.index.size);
    return this.index.size - 1;
  }

  *xml(): Iterable<string> {
    yield `${XML_HEAD}<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="${this.uses}" uniqueCount="${this.index.size}">`;
    for (const text of this.index.keys()) {
      yield `<si><t xml:space="preserve">${cellText(text)}</t></si>`;
    }
    yield '</sst>';
  }
}
