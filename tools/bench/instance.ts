/** Box Allocation instances from files: one delivery day, yesterday's orders and where they went. */
import { gunzipSync } from 'node:zlib';
import { parseMenuWeek } from '../../shared/domain/iso-week.ts';
import { randomKey, Stream } from '../../shared/domain/sampling/random.ts';
import { RandomWords } from '../../shared/domain/sampling/random-words.ts';
import { factoriesWhere, UNALLOCATED } from '../../shared/domain/factory-mask.ts';
import type { DayProblem } from '../../shared/domain/allocation/problem.ts';
import { InputRefused } from '../../shared/pipeline/errors.ts';
import * as z from '../../shared/pipeline/schema.ts';
import { readInputFile } from '../read-file.ts';

const id = z.union([z.number(), z.string()]);
const instanceSchema = z.object({
  caps: z.record(z.string(), z.nullable(z.number().check(z.minimum(0)))),
  fill: z.optional(z.enum(['exact', 'at_most'])),
  cols: z.array(z.string()),
  prev: z.array(z.array(z.unknown())),
  prevAlloc: z.record(z.string(), z.array(id)),
  cur: z.array(z.array(z.unknown())),
});
type Instance = z.infer<typeof instanceSchema>;

/** Recipes are numbered in 16 bits. */
const MAX_RECIPES = 65_535;

const recipesSchema = z.array(id);
/** Positions of factories: "123", or for ten and more a list, [1, 12]. */
const eligibleSchema = z.union([z.string().check(z.regex(/^[1-9]*$/)), z.array(z.int())]);

interface Order {
  readonly id: string;
  readonly recipes: readonly string[];
  /** Factories as bits. */
  readonly eligible: number;
}

/**
 * Reads an instance, plain or gzipped, as a day to route. Recipes are counted as they stand in the orders, one
 * that stands there twice twice: so the paper's instances count, and their published optima are of that.
 *
 * @throws InputRefused where the file is no such instance
 */
export async function readInstance(file: string): Promise<DayProblem> {
  const bytes = await readInputFile(file);
  let json: unknown;
  try {
    json = JSON.parse((bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('utf8'));
  } catch (error) {
    throw new InputRefused(`${file} is neither JSON nor gzipped JSON: ${(error as Error).message}`);
  }
  const parsed = instanceSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputRefused(`${[file, ...issue.path].join(', ')}: ${issue.message}`);
  }
  return dayOf(file, parsed.data);
}

function dayOf(file: string, instance: Instance): DayProblem {
  const factories = Object.keys(instance.caps);
  if (factories.some((name) => /^\d+$/.test(name)))
    throw new InputRefused(`${file}, caps: expected names such as F1, not bare numbers, whose order JSON loses`);
  if (factories.length > 31) throw new InputRefused(`${file}, caps: expected at most 31 factories`);
  const caps = Float64Array.from(factories, (name) => instance.caps[name] ?? Infinity);
  const exactFill = instance.fill !== 'at_most';
  const recipes = new Numbered();
  const now = ordersOf(file, instance, 'cur', factories.length);
  const before = new Map(ordersOf(file, instance, 'prev', factories.length).map((order) => [order.id, order]));
  const wentTo = new Map<string, number>();
  const counts: [recipe: number, factory: number][] = [];
  for (const [name, ids] of Object.entries(instance.prevAlloc)) {
    const f = factories.indexOf(name);
    if (f < 0) throw new InputRefused(`${file}, prevAlloc: there is no factory ${name} in caps`);
    for (const orderId of ids) {
      if (wentTo.has(String(orderId)))
        throw new InputRefused(`${file}, prevAlloc.${name}: order ${orderId} went to a factory already`);
      const order = before.get(String(orderId));
      if (!order) throw new InputRefused(`${file}, prevAlloc.${name}: there is no order ${orderId} in prev`);
      wentTo.set(order.id, f);
      for (const recipe of order.recipes) counts.push([recipes.of(recipe), f]);
    }
  }
  const recipe = Uint16Array.from(now.flatMap((order) => order.recipes.map((name) => recipes.of(name))));
  if (recipes.count > MAX_RECIPES)
    throw new InputRefused(`${file}: ${recipes.count} recipes; expected at most ${MAX_RECIPES}`);
  const recipeStart = new Uint32Array(now.length + 1);
  now.forEach((order, i) => (recipeStart[i + 1] = recipeStart[i] + order.recipes.length));
  const previous = new Int32Array(recipes.count * factories.length);
  for (const [r, f] of counts) previous[r * factories.length + f]++;
  const key = randomKey(1, parseMenuWeek('2026-W01') as NonNullable<ReturnType<typeof parseMenuWeek>>);
  return {
    factoryCount: factories.length,
    recipeCount: recipes.count,
    caps,
    exact: Uint8Array.from(caps, (cap) => (exactFill && cap < Infinity ? 1 : 0)),
    boxCount: now.length,
    recipeStart,
    recipe,
    eligible: Uint32Array.from(now, (order) => order.eligible),
    previous,
    previousFactory: Uint8Array.from(now, (order) => wentTo.get(order.id) ?? UNALLOCATED),
    random: (part) => new RandomWords(key, Stream.route, 0, part),
  };
}

function ordersOf(file: string, instance: Instance, list: 'prev' | 'cur', factories: number): Order[] {
  const [idAt, recipesAt, eligibleAt] = ['id', 'recipes', 'eligible'].map((name) => {
    const at = instance.cols.indexOf(name);
    if (at < 0) throw new InputRefused(`${file}, cols: expected a field "${name}"`);
    return at;
  });
  const known = new Set<string>();
  return instance[list].map((fields, i) => {
    const orderId = id.safeParse(fields[idAt]);
    const recipes = recipesSchema.safeParse(fields[recipesAt]);
    const eligible = eligibleSchema.safeParse(fields[eligibleAt]);
    const where = `${file}, ${list}[${i}]`;
    if (!orderId.success) throw new InputRefused(`${where}: expected an id, a number or text`);
    if (!recipes.success) throw new InputRefused(`${where}: expected a list of recipes`);
    if (known.has(String(orderId.data))) throw new InputRefused(`${where}: the id ${orderId.data} is taken`);
    known.add(String(orderId.data));
    const positions = eligible.success ? Array.from(eligible.data, Number) : [];
    if (!eligible.success || positions.some((p) => p < 1 || p > factories))
      throw new InputRefused(`${where}: expected the factories that may take it, such as "13", of ${factories}`);
    return {
      id: String(orderId.data),
      recipes: recipes.data.map(String),
      eligible: factoriesWhere(factories, (f) => positions.includes(f + 1)),
    };
  });
}

/** Numbers for names, in order of appearance. */
class Numbered {
  private readonly known = new Map<string, number>();

  get count(): number {
    return this.known.size;
  }

  of(name: string): number {
    const found = this.known.get(name) ?? this.known.size;
    this.known.set(name, found);
    return found;
  }
}
