import { resolve } from 'node:path';
import pc from 'picocolors';
import { costOf, extrapolate, standingCost, total, type CostLine, type RunCost } from '../../cost/cost.ts';
import { measureRun } from '../../cost/measure.ts';
import { PRICES } from '../../cost/prices.ts';
import { cachedTemplate } from '../../local/cloudformation/cached-template.ts';
import { writeSample } from '../../sample/sample.ts';
import { inTemporaryFolder } from '../../temporary-folder.ts';
import { EXIT } from '../exit-codes.ts';
import { tableOf } from '../terminal/format.ts';

/** Two runs a day, as the prod stage schedules them. */
const RUNS_A_MONTH = 60;
/** Runs of other sizes, to show how the cost grows. */
const GROWTH_WEEKS = [4, 12, 52];

/** `larder cost` */
export function costCommand(options: {
  readonly weeks: number;
  readonly input?: string | undefined;
  readonly json?: true | undefined;
}): Promise<number> {
  const { weeks, json } = options;
  return inTemporaryFolder('cost-input', async (folder) => {
    const input = options.input === undefined ? folder : resolve(options.input);
    // Two runs tell apart what a run costs once and what every week adds.
    const many = Math.max(weeks, 2);
    if (options.input === undefined) await writeSample(folder, { weeks: many });
    if (!json) process.stderr.write(`Running ${many} weeks and one, to count …\n`);
    const measured = [
      { weeks: 1, usage: await measureRun(input, 1) },
      { weeks: many, usage: await measureRun(input, many) },
    ] as const;
    const usage = (of: number) => measured.find((run) => run.weeks === of)?.usage ?? extrapolate(...measured, of);
    const run = costOf(weeks, usage(weeks));
    const growth = GROWTH_WEEKS.map((of) => costOf(of, usage(of)));
    const standing = standingCost(await resourceTypes());
    const measuredWeeks = measured.map((one) => one.weeks);
    if (json) printJson(run, usage(weeks), growth, standing, measuredWeeks);
    else process.stdout.write(render(run, growth, standing));
    return EXIT.published;
  });
}

async function resourceTypes(): Promise<string[]> {
  const template = (await cachedTemplate()) as {
    readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
  };
  return Object.values(template.Resources).map(({ Type }) => Type);
}

function printJson(
  run: RunCost,
  requests: Readonly<Record<string, number>>,
  growth: readonly RunCost[],
  standing: readonly CostLine[],
  measuredWeeks: readonly number[],
): void {
  const document = {
    prices: { region: PRICES.region, as_of: PRICES.asOf, currency: 'USD' },
    measured_weeks: measuredWeeks,
    run: { weeks: run.weeks, usd: run.usd, services: run.lines, requests },
    growth: growth.map(({ weeks, usd }) => ({
      weeks,
      usd,
      usd_a_month: usd * RUNS_A_MONTH + total(standing),
      measured: measuredWeeks.includes(weeks),
    })),
    runs_a_month: RUNS_A_MONTH,
    standing_a_month: { usd: total(standing), services: standing },
  };
  process.stdout.write(`${JSON.stringify(document, undefined, 2)}\n`);
}

function render(run: RunCost, growth: readonly RunCost[], standing: readonly CostLine[]): string {
  const lines = tableOf(['Service', '', 'Quantity', 'US$'], ['left', 'left', 'right', 'right']);
  for (const { service, what, quantity, usd } of run.lines)
    lines.push([service, what, quantityOf(quantity), usd.toFixed(6)]);
  lines.push([pc.bold('A run'), `of ${weeksOf(run.weeks)}`, '', pc.bold(run.usd.toFixed(6))]);
  const more = tableOf(['A run of', 'US$', 'US$ a month'], ['left', 'right', 'right']);
  for (const { weeks, usd } of growth) {
    more.push([weeksOf(weeks), usd.toFixed(4), (usd * RUNS_A_MONTH + total(standing)).toFixed(2)]);
  }
  const fixed = standing.map(({ service, what, usd }) => `${service} ${what} $${usd.toFixed(2)}`).join(', ');
  return [
    lines.toString(),
    more.toString(),
    `A month has ${RUNS_A_MONTH} runs (two a day) and, whether anything runs or not: ${fixed}.`,
    `Counted from real runs on this computer; its seconds are not Lambda's. Prices: ${PRICES.region}, ${PRICES.asOf}, without free tiers.`,
    '',
  ].join('\n');
}

function weeksOf(weeks: number): string {
  return weeks === 1 ? '1 week' : `${weeks} weeks`;
}

function quantityOf(quantity: number): string {
  return Number.isInteger(quantity) ? String(quantity) : quantity.toPrecision(3);
}
