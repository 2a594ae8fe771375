import type { Accuracy } from '../../../shared/domain/forecast/accuracy.ts';
import type { Place } from '../../backends/backend.ts';
import { openReader } from '../../backends/open.ts';
import { withOpen } from '../../with-open.ts';
import { readActuals } from '../accuracy/actuals.ts';
import { measureAccuracy, type AccuracyReport } from '../accuracy/measure-accuracy.ts';
import { EXIT } from '../exit-codes.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';
import { tableOf } from '../terminal/format.ts';

/** `larder accuracy` */
export async function accuracyCommand(options: {
  readonly on: Place;
  readonly actuals: string;
  readonly run?: string | undefined;
  readonly json?: true | undefined;
}): Promise<number> {
  const actuals = await readActuals(options.actuals);
  return withOpen(openReader(options.on, STATE_DIRECTORY), async (source) => {
    const report = await measureAccuracy(source, actuals, options.run);
    process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : render(report));
    return EXIT.published;
  });
}

function render(report: AccuracyReport): string {
  const table = tableOf(
    ['', 'Rows', 'Forecast', 'Needed', 'WMAPE', 'Bias', 'In P10–P90', 'Pinball'],
    ['left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  );
  const row = (name: string, accuracy: Accuracy) => table.push([name, ...cells(accuracy)]);
  for (const week of report.weeks) {
    row(`${week.menu_week} (${week.weeks_ahead} ahead, ${week.run_id}/r${week.revision})`, week);
  }
  for (const factory of report.factories) row(factory.factory, factory);
  for (const group of report.classes) row(group.category ?? 'no category', group);
  row('all', report.total);
  const lines = [table.toString()];
  const { rows_without_forecast: left, weeks_without_forecast: weeks } = report;
  if (left > 0) {
    const why = weeks.length === 0 ? '' : ` (nothing is published for ${weeks.join(', ')})`;
    const rows = left === 1 ? '1 row has' : `${left} rows have`;
    lines.push(`${rows} no forecast to be held against and left out${why}.`);
  }
  return `${lines.join('\n')}\n`;
}

function cells({ rows, forecast, actual, wmape, bias, coverage, pinball }: Accuracy): string[] {
  const percent = (value: number | null) => (value === null ? '' : `${(100 * value).toFixed(1)}%`);
  return [...[rows, forecast, actual].map(String), ...[wmape, bias, coverage, pinball].map(percent)];
}
