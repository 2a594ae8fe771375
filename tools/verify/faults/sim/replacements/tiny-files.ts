/**
 * The workbook and the mail's charts in a few bytes: what they are made of, uncompressed. To draw and to compress
 * them costs more than a whole schedule, and has tests of its own.
 */
import type { Bar } from '../../../../../shared/report/charts.ts';
import type { WorkbookContent } from '../../../../../shared/report/workbook/workbook.ts';

export const CHART_SIZE = { width: 1, height: 1 } as const;

/** In the place of shared/report/charts.ts. */
export function barChart(groups: readonly (readonly Bar[])[]): Buffer {
  return Buffer.from(JSON.stringify(groups));
}

/** In the place of shared/report/workbook/workbook.ts. */
export function renderWorkbook({ summary, input, inputSha256 }: WorkbookContent): Buffer {
  return Buffer.from(JSON.stringify({ summary, input, inputSha256 }));
}
