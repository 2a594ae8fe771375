import { writeFile } from 'node:fs/promises';
import pc from 'picocolors';
import type { MenuWeek } from '../../../shared/domain/model.ts';
import { bySize, diffWeek, type Pair, type SkuDiff, type WeekDiff } from '../diff/week-diff.ts';
import { openReader, type Place } from '../../backends/backend.ts';
import { UsageError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { findRevision, readForecast, type RevisionForecasts } from '../forecasts.ts';
import { oneLine, tableOf } from '../terminal/format.ts';
import { STATE_DIRECTORY } from '../state-directory.ts';

/** Lines on the terminal; `--json` has them all. */
const TOP = 20;
const NAME_CHARACTERS = 40;

/** What two revisions differ in. */
export interface RunDiff {
  readonly a: DiffSide;
  readonly b: DiffSide;
  /** Weeks that only one of them forecasts. */
  readonly weeks_only_in_a: readonly string[];
  readonly weeks_only_in_b: readonly string[];
  readonly weeks: readonly WeekDiff[];
}

interface DiffSide {
  readonly run_id: string;
  readonly revision: number;
  readonly kind: string;
  readonly label: string | null;
  readonly started_at: string;
}

export interface DiffOptions {
  readonly on: Place;
  readonly json: boolean;
  /** Where to write the workbook; absent: none. */
  readonly out?: string;
}

/** `larder diff`: what the second run has more or less than the first, by week, factory and SKU. */
export async function diffCommand(
  first: string,
  second: string,
  { on, json, out }: DiffOptions,
): Promise<number> {
  const diff = await diffRuns(first, second, on);
  if (out !== undefined) await writeDiff(out, diff);
  process.stdout.write(json ? `${JSON.stringify(diff, undefined, 2)}\n` : renderDiff(diff));
  if (out !== undefined && !json) process.stdout.write(`Workbook: ${out}\n`);
  return EXIT.published;
}

async function writeDiff(file: string, diff: RunDiff): Promise<void> {
  const { diffWorkbook } = await import('../diff/workbook.ts');
  const bytes = diffWorkbook(diff);
  try {
    await writeFile(file, bytes);
  } catch (error) {
    throw new UsageError(`--out: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @throws UsageError where one of them is no published revision */
export async function diffRuns(first: string, second: string, on: Place): Promise<RunDiff> {
  const source = await openReader(on, STATE_DIRECTORY);
  try {
    const a = await findRevision(source, first);
    const b = await findRevision(source, second);
    const weeks: WeekDiff[] = [];
    for (const { week, artifact } of b.weeks) {
      const other = a.weeks.find((one) => one.week === week);
      if (!other) continue;
      weeks.push(diffWeek(await readForecast(source, other.artifact), await readForecast(source, artifact)));
    }
    const only = (one: RevisionForecasts, other: RevisionForecasts): MenuWeek[] =>
      one.weeks.map(({ week }) => week).filter((week) => !other.weeks.some((known) => known.week === week));
    return {
      a: sideOf(a),
      b: sideOf(b),
      weeks_only_in_a: only(a, b),
      weeks_only_in_b: only(b, a),
      weeks,
    };
  } finally {
    await source.close();
  }
}

function sideOf({ run, revision }: RevisionForecasts): DiffSide {
  return {
    run_id: run.runId,
    revision,
    kind: run.kind,
    label: run.label ?? null,
    started_at: run.startedAt,
  };
}

/** For people: the weeks and factories, then the ingredients that differ most. */
export function renderDiff(diff: RunDiff): string {
  const { weeks } = diff;
  const lines = [titleOf('A', diff.a), titleOf('B', diff.b)];
  const onlyIn = (name: string, list: readonly string[]) => {
    if (list.length > 0) lines.push(pc.yellow(`Only in ${name}, not compared: ${list.join(', ')}`));
  };
  onlyIn('A', [...diff.weeks_only_in_a, ...weeks.flatMap((week) => week.dates_only_in_a)]);
  onlyIn('B', [...diff.weeks_only_in_b, ...weeks.flatMap((week) => week.dates_only_in_b)]);
  if (weeks.length === 0) return [...lines, 'They have no week in common.', ''].join('\n');
  lines.push(siteTable(weeks));
  const skus = weeks.flatMap((week) => week.skus).sort(bySize);
  if (skus.length === 0) lines.push('No factory needs a pack more or less of any ingredient.');
  else {
    const shown = skus.length > TOP ? `the ${TOP} largest of ${skus.length} differences` : 'all differences';
    lines.push(`Ingredients by week and factory, packs (${shown}):`, skuTable(skus.slice(0, TOP)));
  }
  return [...lines, ''].join('\n');
}

function titleOf(name: string, side: DiffSide): string {
  return `${name}: ${subjectOf(side).replace(side.run_id, pc.bold(side.run_id))}`;
}

/** `run 20261124-021939-1874 revision 1, what-if "fewer boxes"`. */
export function subjectOf({ run_id, revision, kind, label }: DiffSide): string {
  return `run ${run_id} revision ${revision}, ${kind}${label === null ? '' : ` "${oneLine(label)}"`}`;
}

function siteTable(weeks: readonly WeekDiff[]): string {
  const table = tableOf(
    ['Week', 'Factory', 'Boxes A', 'B', '±', 'Packs A', 'B', '±', '%'],
    ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right'],
  );
  for (const { menu_week, factories, boxes, packs } of weeks) {
    factories.forEach((site, at) => {
      const name = oneLine(site.name);
      table.push([at === 0 ? menu_week : '', name, ...cells(site.boxes, false), ...cells(site.packs, true)]);
    });
    table.push(['', pc.bold('all'), ...cells(boxes, false), ...cells(packs, true)]);
  }
  return table.toString();
}

function skuTable(skus: readonly SkuDiff[]): string {
  const table = tableOf(
    ['Week', 'Factory', 'SKU', 'Name', 'A', 'B', '±', '%'],
    ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'right'],
  );
  for (const { menu_week, factory, sku, name, category, packs } of skus) {
    const numbers = cells(packs, true);
    if (category !== 'changed') numbers[3] = category;
    table.push([
      menu_week,
      oneLine(factory),
      oneLine(sku),
      oneLine(name).slice(0, NAME_CHARACTERS),
      ...numbers,
    ]);
  }
  return table.toString();
}

function cells({ a, b, delta, delta_pct }: Pair, withPercent: boolean): string[] {
  const signed = delta > 0 ? `+${delta}` : String(delta);
  const percent = delta_pct === null || delta === 0 ? '' : `${delta > 0 ? '+' : ''}${delta_pct.toFixed(1)}%`;
  return [String(a), String(b), delta === 0 ? '' : signed, ...(withPercent ? [percent] : [])];
}
