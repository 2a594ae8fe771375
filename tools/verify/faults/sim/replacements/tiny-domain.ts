/**
 * The forecast in a few numbers, in the place of the real one: what a week comes to follows from the week and the
 * version of the inputs alone, so that every published number can be checked. Stands in for the reading of the
 * input files and for the engine; the handlers around them are the real ones.
 */
import { INPUT_FILES } from '../../../../../shared/domain/input/input-files.ts';
import type { Problem } from '../../../../../shared/domain/input/problem.ts';
import type { ReadWeek } from '../../../../../shared/domain/input/read-week.ts';
import type { Tables } from '../../../../../shared/domain/input/tables.ts';
import type { SiteForecast } from '../../../../../shared/domain/forecast/site-forecast.ts';
import type {
  Boxes,
  DeliveryDate,
  Factory,
  FactoryId,
  MenuWeek,
  Recipe,
  Week,
} from '../../../../../shared/domain/model.ts';
import type { Quantiles } from '../../../../../shared/domain/scenarios/quantiles.ts';
import type { SimulatedBoxes } from '../../../../../shared/domain/orders/simulate-orders.ts';
import type { InputFiles, LoadedInputs } from '../../../../../shared/pipeline/inputs/read-inputs.ts';

/** The one input file. */
export interface TinyInputs {
  readonly version: number;
  readonly weeks: readonly string[];
  /** Weeks that no retry can mend, at the reading of them. */
  readonly bad: readonly string[];
}

/** What a week's forecast comes to without any fault. */
export function boxesOf(week: string, version: number): number {
  return 1000 * Number(week.slice(-2)) + version;
}

/** In the place of shared/pipeline/inputs/read-inputs. */
export async function loadInputs(files: InputFiles): Promise<LoadedInputs> {
  const bytes = await files.open('weeks.csv');
  let text = '';
  for await (const chunk of bytes ?? []) text += Buffer.from(chunk).toString('utf8');
  const inputs = JSON.parse(text) as TinyInputs;
  const rows = inputs.weeks.map((week) => ({ menu_week: week, boxes: boxesOf(week, inputs.version) }));
  const none = Object.fromEntries(INPUT_FILES.map((file) => [file, []]));
  const tables = { ...none, 'weeks.csv': rows, bad: inputs.bad };
  return {
    tables: tables as unknown as Tables,
    sha256: { 'weeks.csv': `v${inputs.version}` },
    problems: { errors: [], warnings: [], errorCount: 0 } as unknown as LoadedInputs['problems'],
  };
}

/** In the place of shared/domain/input/check-tables. */
export function checkTables(): Problem[] {
  return [];
}

/** In the place of shared/domain/input/read-week. */
export function readWeek(tables: Tables, menuWeek: MenuWeek): ReadWeek {
  const bad = (tables as unknown as { bad: readonly string[] }).bad;
  if (bad.includes(menuWeek)) {
    const problem: Problem = { file: 'weeks.csv', message: `${menuWeek} is wrong`, severity: 'error' };
    return { ok: false, problems: [problem], errorCount: 1, warnings: [] };
  }
  const row = tables['weeks.csv'].find(({ menu_week }) => menu_week === menuWeek);
  return { ok: true, week: tinyWeek(menuWeek, row?.boxes ?? 0), warnings: [] };
}

const FACTORY: Factory = { id: 'F' as FactoryId, name: 'Factory', fill: 'at_most' };
const RECIPE = { id: 'R', name: 'Recipe' } as Recipe;
const DAY = '2026-12-01' as DeliveryDate;
const NO_BOXES = boxes(0);

function boxes(count: number): Boxes {
  return {
    count,
    day: new Uint8Array(0),
    size: new Uint8Array(0),
    recipeStart: new Uint32Array(1),
    recipe: new Uint16Array(0),
    productStart: new Uint32Array(1),
    product: new Uint16Array(0),
    units: new Uint8Array(0),
  };
}

function tinyWeek(menuWeek: MenuWeek, expected: number): Week {
  return {
    menuWeek,
    boxes: expected,
    horizonWeeks: 0,
    days: [DAY],
    dayShare: new Float64Array([1]),
    portionSizes: [2],
    mix: { recipesPerBox: new Uint8Array(0), size: new Uint8Array(0), share: new Float64Array(0) },
    recipes: [RECIPE],
    uptake: new Float64Array([1]),
    carriedBy: new Uint32Array([1]),
    factories: [FACTORY],
    catchAll: 0,
    caps: new Float64Array([Infinity]),
    skus: [],
    billOfMaterials: { start: new Uint32Array(2), sku: new Uint16Array(0), packs: new Uint16Array(0) },
    products: [],
    placed: NO_BOXES,
  };
}

/** In the place of shared/domain/orders/simulate-orders. */
export function simulateOrders(week: Week): SimulatedBoxes {
  return { ...boxes(week.boxes), missed: [] };
}

/** In the place of shared/domain/forecast/forecast: the week's own number beside that of the simulated orders. */
export function forecastSites(week: Week, simulated: Boxes): SiteForecast {
  const one = quantiles(1, simulated.count);
  const none = quantiles(0, 0);
  const counts = (count: number) => ({
    boxes: new Int32Array([count]),
    unallocated: new Int32Array(1),
    recipeBoxes: new Int32Array([count]),
    productUnits: new Int32Array(0),
    packs: new Int32Array(0),
  });
  return {
    menuWeek: week.menuWeek,
    days: week.days,
    factories: week.factories,
    catchAll: 0,
    caps: week.caps,
    portionSizes: week.portionSizes,
    recipes: week.recipes,
    products: [],
    skus: [],
    expectedBoxes: week.boxes,
    carriedBy: week.carriedBy,
    withoutBill: new Uint8Array(1),
    placed: counts(0),
    simulated: counts(simulated.count),
    routing: [{ objective: 0, lowerBound: 0, optimal: true, items: 1, shortfalls: [] }],
    intervals: {
      sku: none,
      recipe: one,
      product: none,
      boxes: one,
      wanted: one,
      overCap: new Float64Array(1),
      unallocated: quantiles(1, 0),
    },
    factoryOfBox: new Uint8Array(0),
  };
}

function quantiles(length: number, value: number): Quantiles {
  const all = new Uint32Array(length).fill(value);
  return { p10: all, p50: all, p90: all, mean: new Float64Array(length).fill(value) };
}
