/** A chart and the drawing that places it. */
import type { Chart } from './sheet.ts';
import { absolute, quoted, xml, XML_HEAD } from './xml.ts';

const CHART = 'http://schemas.openxmlformats.org/drawingml/2006/chart';
const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006/main';
const PLACING = 'http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing';
const RELATIONSHIPS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** Told apart by people who are colour-blind, too; used again from the first after the last. */
const COLOURS = ['2F7D6B', 'E0A03C', '4A6FA5', 'B5548A', '7FB7A6', '8C6D46', '9AA5B8', 'C7583F'];

export function chartXml({ title, table, categories, series }: Chart, sheet: string): string {
  const at = (row: number, column: number) =>
    `${quoted(sheet)}!${absolute({ row: table.row + row, column: table.column + column })}`;
  const range = (column: number) => `${at(1, column)}:${at(categories.length, column).split('!')[1]}`;
  const bars = series.map(({ name, values }, s) => {
    const colour = COLOURS[s % COLOURS.length];
    return [
      `<c:ser><c:idx val="${s}"/><c:order val="${s}"/>`,
      `<c:tx>${strings(at(0, s + 1), [name])}</c:tx>`,
      `<c:spPr><a:solidFill><a:srgbClr val="${colour}"/></a:solidFill></c:spPr><c:invertIfNegative val="0"/>`,
      `<c:cat>${strings(range(0), categories)}</c:cat>`,
      `<c:val><c:numRef><c:f>${xml(range(s + 1))}</c:f><c:numCache><c:formatCode>#,##0</c:formatCode>${points(values)}</c:numCache></c:numRef></c:val>`,
      '</c:ser>',
    ].join('');
  });
  const words = `<c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1300" b="1"/></a:pPr><a:r><a:rPr lang="en-GB" sz="1300" b="1"/><a:t>${xml(title)}</a:t></a:r></a:p></c:rich></c:tx>`;
  return [
    `${XML_HEAD}<c:chartSpace xmlns:c="${CHART}" xmlns:a="${DRAWING}" xmlns:r="${RELATIONSHIPS}"><c:roundedCorners val="0"/>`,
    `<c:chart><c:title>${words}<c:overlay val="0"/></c:title><c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>`,
    '<c:barChart><c:barDir val="col"/><c:grouping val="stacked"/><c:varyColors val="0"/>',
    ...bars,
    '<c:gapWidth val="60"/><c:overlap val="100"/><c:axId val="1001"/><c:axId val="1002"/></c:barChart>',
    '<c:catAx><c:axId val="1001"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1002"/><c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/><c:noMultiLvlLbl val="1"/></c:catAx>',
    '<c:valAx><c:axId val="1002"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/><c:axPos val="l"/><c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="E3E6EC"/></a:solidFill></a:ln></c:spPr></c:majorGridlines><c:numFmt formatCode="#,##0" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/><c:crossAx val="1001"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>',
    '</c:plotArea><c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>',
  ].join('');
}

function strings(formula: string, values: readonly string[]): string {
  return `<c:strRef><c:f>${xml(formula)}</c:f><c:strCache>${points(values)}</c:strCache></c:strRef>`;
}

function points(values: readonly (string | number)[]): string {
  const items = values.map((value, at) => `<c:pt idx="${at}"><c:v>${xml(String(value))}</c:v></c:pt>`);
  return `<c:ptCount val="${values.length}"/>${items.join('')}`;
}

export function drawingXml({ title, over: { from, to } }: Chart): string {
  const corner = ({ row, column }: { readonly row: number; readonly column: number }) =>
    `<xdr:col>${column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${row}</xdr:row><xdr:rowOff>0</xdr:rowOff>`;
  return [
    `${XML_HEAD}<xdr:wsDr xmlns:xdr="${PLACING}" xmlns:a="${DRAWING}">`,
    `<xdr:twoCellAnchor><xdr:from>${corner(from)}</xdr:from><xdr:to>${corner(to)}</xdr:to>`,
    `<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="2" name="Chart 1" descr="${xml(title)}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>`,
    '<xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>',
    `<a:graphic><a:graphicData uri="${CHART}"><c:chart xmlns:c="${CHART}" xmlns:r="${RELATIONSHIPS}" r:id="rId1"/></a:graphicData></a:graphic>`,
    '</xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor></xdr:wsDr>',
  ].join('');
}
