/** What `larder diff` prints for people. */
import pc from 'picocolors';
import { oneLine, tableOf } from '../terminal/format.ts';
import { subjectOf, type DiffSide, type RunDiff } from './run-diff.ts';
import { bySize, type Pair, type SkuDiff, type WeekDiff } from './week-diff.ts';

/** Of the ingredients that differ; `--json` has them all. */
const MAX_SKU_LINES = 20;
const MAX_NAME_CHARACTERS = 40;

/** For people: the weeks and factories, then the ingredients with the largest differences. */
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
    const shown =
      skus.length > MAX_SKU_LINES ? `the ${MAX_SKU_LINES} largest of ${skus.length} differences` : 'all differences';
    lines.push(`Ingredients by week and factory, packs (${shown}):`, skuTable(skus.slice(0, MAX_SKU_LINES)));
  }
  return [...lines, ''].join('\n');
}

function titleOf(name: string, side: DiffSide): string {
  return `${name}: ${subjectOf(side).replace(side.run_id, pc.bold(side.run_id))}`;
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
    table.push([menu_week, oneLine(factory), oneLine(sku), oneLine(name).slice(0, MAX_NAME_CHARACTERS), ...numbers]);
  }
  return table.toString();
}

function cells({ a, b, delta, delta_pct }: Pair, withPercent: boolean): string[] {
  const signed = delta > 0 ? `+${delta}` : String(delta);
  const percent = delta_pct === null || delta === 0 ? '' : `${delta > 0 ? '+' : ''}${delta_pct.toFixed(1)}%`;
  return [String(a), String(b), delta === 0 ? '' : signed, ...(withPercent ? [percent] : [])];
}
