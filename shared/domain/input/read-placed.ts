/** The orders already placed for a week: grouped into boxes, kept as they are. */
import { boxMask } from '../box-masks.ts';
import type { Boxes, DeliveryDate, Week } from '../model.ts';
import { MAX_UNITS_PER_BOX } from './input-files.ts';
import type { Reading } from './reading.ts';

const FILE = 'orders.csv';

/** What the week's order lines hold, before the menu is known. */
export interface OrderScan {
  /** Indices of the week's lines. */
  readonly lines: readonly number[];
  readonly portions: ReadonlySet<number>;
  /** Recipe id → the first line that holds it. */
  readonly recipes: ReadonlyMap<string, number>;
  readonly products: ReadonlyMap<string, number>;
  /** `<portions> <recipe id>` of every line. */
  readonly servings: ReadonlySet<string>;
}

/** Finds the week's lines and what they name; reports orders on dates the week does not deliver on. */
export function scanOrders({ tables, week, problems }: Reading, dates: readonly DeliveryDate[]): OrderScan {
  const { orders } = tables;
  const lines: number[] = [];
  const portions = new Set<number>();
  const recipes = new Map<string, number>();
  const products = new Map<string, number>();
  const servings = new Set<string>();
  for (let i = 0; i < orders.count; i++) {
    if (orders.week(i) !== week) continue;
    lines.push(i);
    portions.add(orders.portions(i));
    if (orders.isRecipe(i)) servings.add(`${orders.portions(i)} ${orders.item(i)}`);
    const seen = orders.isRecipe(i) ? recipes : products;
    if (!seen.has(orders.item(i))) seen.set(orders.item(i), orders.line(i));
    const delivery = { menu_week: week, delivery_date: orders.date(i) };
    if (dates.length > 0 && !dates.includes(orders.date(i)) && !tables.refused.mayHold('delivery_days.csv', delivery)) {
      const message = `expected a delivery date of ${week}: ${dates[0]} to ${dates[dates.length - 1]}`;
      const value = orders.date(i);
      problems.error({ file: FILE, line: orders.line(i), column: 'delivery_date', value, week, message });
    }
  }
  return { lines, portions, recipes, products, servings };
}

type Items = Pick<Week, 'factories' | 'recipes' | 'carriedBy' | 'products' | 'days' | 'portionSizes'>;

/** Groups the lines into boxes, in the order in which the file first names them. */
export function readPlaced(reading: Reading, scan: OrderScan, items: Items): Boxes {
  const { orders } = reading.tables;
  // [order] its box; −1 for one of another week.
  const boxOf = new Int32Array(orders.orderCount).fill(-1);
  const firstLine: number[] = [];
  for (const i of scan.lines) if (boxOf[orders.order(i)] < 0) boxOf[orders.order(i)] = firstLine.push(i) - 1;
  const count = firstLine.length;
  const recipeStart = new Uint32Array(count + 1);
  const productStart = new Uint32Array(count + 1);
  const box = (i: number) => boxOf[orders.order(i)];
  for (const i of scan.lines) {
    checkSameBox(reading, i, firstLine[box(i)]);
    if (orders.isRecipe(i)) recipeStart[box(i) + 1] += orders.quantity(i);
    else productStart[box(i) + 1]++;
  }
  for (let b = 0; b < count; b++) {
    recipeStart[b + 1] += recipeStart[b];
    productStart[b + 1] += productStart[b];
  }
  const boxes = {
    count,
    day: Uint8Array.from(firstLine, (i) => Math.max(0, items.days.indexOf(orders.date(i)))),
    size: Uint8Array.from(firstLine, (i) => items.portionSizes.indexOf(orders.portions(i))),
    recipeStart,
    recipe: new Uint16Array(recipeStart[count]),
    productStart,
    product: new Uint16Array(productStart[count]),
    units: new Uint8Array(productStart[count]),
  };
  fill(reading, scan, items, boxes, box);
  checkBoxes(reading, items, boxes, firstLine);
  return boxes;
}

function checkSameBox({ tables: { orders }, week, problems }: Reading, i: number, first: number): void {
  const differs = (column: 'delivery_date' | 'portions', value: string, expected: string) => {
    if (value === expected) return;
    const message = `order ${orders.orderId(i)} has ${expected} on line ${orders.line(first)}; expected the same`;
    problems.error({ file: FILE, line: orders.line(i), column, value, week, message });
  };
  differs('delivery_date', orders.date(i), orders.date(first));
  differs('portions', String(orders.portions(i)), String(orders.portions(first)));
}

function fill(
  { tables: { orders } }: Reading,
  scan: OrderScan,
  items: Items,
  boxes: Boxes,
  boxOf: (line: number) => number,
): void {
  const recipes = new Map<string, number>(items.recipes.map(({ id }, r) => [id, r]));
  const products = new Map<string, number>(items.products.map(({ id }, p) => [id, p]));
  const nextRecipe = boxes.recipeStart.slice(0, boxes.count);
  const nextProduct = boxes.productStart.slice(0, boxes.count);
  for (const i of scan.lines) {
    const b = boxOf(i);
    if (orders.isRecipe(i)) {
      const recipe = recipes.get(orders.item(i)) ?? 0;
      for (let n = 0; n < orders.quantity(i); n++) boxes.recipe[nextRecipe[b]++] = recipe;
    } else {
      boxes.product[nextProduct[b]] = products.get(orders.item(i)) ?? 0;
      boxes.units[nextProduct[b]++] = orders.quantity(i);
    }
  }
}

/** A box must fit in some factory, and hold no more units than a box does. */
function checkBoxes(
  { tables: { orders, refused }, week, problems }: Reading,
  items: Items,
  boxes: Boxes,
  firstLine: readonly number[],
): void {
  if (items.recipes.length === 0) return;
  const tablesAreWhole = !refused.mayHold('eligibility.csv') && !refused.mayHold('products.csv');
  for (let b = 0; b < boxes.count; b++) {
    let units = 0;
    for (let at = boxes.productStart[b]; at < boxes.productStart[b + 1]; at++) units += boxes.units[at];
    const line = orders.line(firstLine[b]);
    const value = orders.orderId(firstLine[b]);
    if (tablesAreWhole && boxMask(items, boxes, b) === 0) {
      const message = 'no factory carries everything in this order; expected at least one';
      problems.error({ file: FILE, line, column: 'order_id', value, week, message });
    }
    if (units > MAX_UNITS_PER_BOX) {
      const message = `holds ${units} units of products; expected at most ${MAX_UNITS_PER_BOX} a box`;
      problems.error({ file: FILE, line, column: 'quantity', value, week, message });
    }
  }
}
