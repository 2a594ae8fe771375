/** The workbook's first sheet: how the run stands, boxes per week and factory, and the alerts. */
import { count } from '../mail/wording.ts';
import type { PreviousRevision, Summary } from '../summary.ts';
import type { Cell, Chart, Rule, Sheet, StyledCell } from '../../xlsx/sheet.ts';

const WIDTHS = [14, 14, 20, 13, 13, 13, 13, 14, 34, 40];
const CHART_ROWS = 17;
/** A chart of more bars is read by nobody. */
const CHART_WEEKS = 26;

const title = (value: string): StyledCell => ({ value, style: 'title' });
const heading = (value: string): StyledCell => ({ value, style: 'heading' });
const muted = (value: string): StyledCell => ({ value, style: 'muted' });
const share = (value: number | null): StyledCell => ({ value, style: 'percent' });
const text = (value: string): StyledCell => ({ value, style: 'text' });
const headers = (...names: string[]): StyledCell[] => names.map((value) => ({ value, style: 'header' }));
const numberHeaders = (...names: string[]): StyledCell[] => names.map((value) => ({ value, style: 'numberHeader' }));

/** @param subject what the mail's subject says */
export function summarySheet(summary: Summary, subject: string): Sheet {
  const rows: Cell[][] = [[title(subject)], ...headRows(summary), [], [heading('Weeks')]];
  const rules: Rule[] = [];
  const add = (more: readonly Cell[][]) => {
    const first = rows.length + 1;
    rows.push(...more);
    return { first, last: rows.length };
  };

  add([
    [
      ...headers('Menu week', 'Status'),
      ...numberHeaders('Boxes', 'Placed', 'Simulated', 'No factory', 'WMAPE_site', 'WMAPE_global'),
      ...headers('Compared with', 'Reason'),
    ],
  ]);
  const weeks = add(weekRows(summary));
  rules.push(
    { column: 1, rows: weeks, when: { equals: 'FAILED' }, tone: 'bad' },
    { column: 1, rows: weeks, when: { equals: 'COMPLETE' }, tone: 'good' },
    { column: 5, rows: weeks, when: { above: 0 }, tone: 'bad' },
  );

  add([[], [heading('Alerts')], headers('Severity', 'Menu week', 'Kind', 'Message')]);
  const alerts = add(alertRows(summary));
  rules.push(
    { column: 0, rows: alerts, when: { equals: 'error' }, tone: 'bad' },
    { column: 0, rows: alerts, when: { equals: 'warning' }, tone: 'warn' },
  );

  add([[], [heading('Boxes per week and factory')]]);
  const chart = chartOf(summary, rows.length);
  if (chart) {
    add([[...headers('Menu week'), ...numberHeaders(...chart.series.map(({ name }) => name))]]);
    add(chart.categories.map((week, w) => [text(week), ...chart.series.map(({ values }) => values[w])]));
    add(Array.from({ length: CHART_ROWS + 1 }, () => []));
  }
  const width = Math.max(WIDTHS.length, 1 + (chart?.series.length ?? 0));
  return {
    name: 'Summary',
    columns: Array.from({ length: width }, (_, at) => ({ width: WIDTHS[at] ?? 15, style: 'whole' })),
    rows,
    rules,
    ...(chart ? { chart } : {}),
  };
}

function headRows(summary: Summary): Cell[][] {
  const { weeks, totals, previous, correction } = summary;
  const done = weeks.filter(({ status }) => status === 'COMPLETE').length;
  const facts: [string, Cell][] = [
    ['Weeks', text(`${done} of ${weeks.length} forecast`)],
    ['Run', text(summary.run_id)],
    ['Revision', { value: String(summary.revision), style: 'text' }],
    ['Data as of', text(summary.data_as_of)],
    ['Made', text(summary.generated_at)],
    ...(summary.label === null ? [] : [['Label', text(summary.label)] as [string, Cell]]),
    ...(correction ? ([['Correction', text(`by ${correction.by}: ${correction.reason}`)]] as [string, Cell][]) : []),
    [
      'Compared with',
      text(
        previous
          ? `run ${previous.run_id}, revision ${previous.revision}`
          : 'nothing: there is no earlier forecast of these weeks',
      ),
    ],
    [
      'Boxes',
      text(
        `${count(totals.boxes)}: ${count(totals.placed)} placed, ${count(totals.simulated)} simulated; ${count(totals.unallocated)} without a factory`,
      ),
    ],
  ];
  return facts.map(([name, value]) => [muted(name), value]);
}

function nameOf({ run_id, revision }: PreviousRevision): string {
  return `run ${run_id}, revision ${revision}`;
}

function weekRows({ weeks }: Summary): Cell[][] {
  return weeks.map((week) => [
    text(week.menu_week),
    text(week.status),
    week.boxes,
    week.placed,
    week.simulated,
    week.unallocated,
    share(week.wmape_site),
    share(week.wmape_global),
    text(week.previous ? nameOf(week.previous) : ''),
    text(week.failure ? `${week.failure.error}: ${week.failure.message}` : ''),
  ]);
}

function alertRows({ alerts }: Summary): Cell[][] {
  if (alerts.length === 0) return [[text('none')]];
  return alerts.map(({ severity, menu_week, kind, message }) => [severity, menu_week, kind, message].map(text));
}

function chartOf({ weeks, sites }: Summary, row: number): Chart | undefined {
  const categories = weeks
    .filter(({ status }) => status === 'COMPLETE')
    .slice(0, CHART_WEEKS)
    .map(({ menu_week }) => menu_week);
  const factories = [...new Map(sites.map(({ factory, name }) => [factory, name]))];
  if (categories.length === 0 || factories.length === 0) return undefined;
  const boxes = new Map(sites.map((site) => [JSON.stringify([site.menu_week, site.factory]), site.boxes]));
  const below = row + categories.length + 2;
  return {
    title: 'Boxes per week and factory',
    table: { row, column: 0 },
    categories,
    series: factories.map(([id, name]) => ({
      name,
      values: categories.map((week) => boxes.get(JSON.stringify([week, id])) ?? 0),
    })),
    over: { from: { row: below, column: 0 }, to: { row: below + CHART_ROWS, column: 7 } },
  };
}
