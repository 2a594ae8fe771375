/**
 * Boxes given a whole set of another factory's menu: where recipes of one menu are too many and recipes of another are
 * missing, exchanging single picks cannot help, as a box never holds recipes that no factory carries together.
 */

import { fits, replace, type Balance } from './balance.ts';
import { goldenWalk } from './golden-ratio-order.ts';

const FACTORIES = 32;
/** No exchange is worth less. */
const ROUNDING = 1e-6;

/**
 * Resettles as many boxes as menus have picks too many, from menu to menu. The exchange of single picks then has to
 * mend each menu within itself.
 *
 * @param totals [recipe]; a recipe that is not wanted at all goes into no box
 * @returns whether any box has changed
 */
export function resettleBoxes(balance: Balance, totals: Int32Array): boolean {
  const { surplus, carriedBy } = balance;
  const many = new Int32Array(FACTORIES);
  const few = new Int32Array(FACTORIES);
  for (let recipe = 0; recipe < surplus.length; recipe++)
    for (let f = 0; f < FACTORIES; f++) {
      if (((carriedBy[recipe] >>> f) & 1) === 0) continue;
      many[f] += Math.max(0, surplus[recipe]);
      few[f] += Math.max(0, -surplus[recipe]);
    }
  let any = false;
  for (;;) {
    const { from, to, picks } = largestMove(many, few);
    if (picks === 0) return any;
    any = resettle({ balance, totals, from, to }, picks) || any;
    many[from] -= picks;
    few[to] -= picks;
  }
}

/** From the menu to the menu between which the most picks can go. */
function largestMove(many: Int32Array, few: Int32Array): { from: number; to: number; picks: number } {
  let best = { from: 0, to: 0, picks: 0 };
  for (let from = 0; from < FACTORIES; from++)
    for (let to = 0; to < FACTORIES; to++) {
      const picks = Math.min(many[from], few[to]);
      if (from !== to && picks > best.picks) best = { from, to, picks };
    }
  return best;
}

/** From one factory's menu to another's. */
interface Move {
  readonly balance: Balance;
  readonly totals: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** Moves boxes that hold `picks` picks together; returns whether any has changed. */
function resettle(move: Move, picks: number): boolean {
  const { balance, from, to, totals } = move;
  const { recipeStart } = balance.boxes;
  const menu = menuOf(move, to);
  let left = picks;
  for (const box of boxesOf(move)) {
    const k = recipeStart[box + 1] - recipeStart[box];
    if (k > left || k > menu.length || !holdsSurplus(balance, box)) continue;
    giveSet(balance, box, menu);
    left -= k;
    if (left === 0) return true;
  }
  const back = { balance, totals, from: to, to: from };
  const sizes = [sizesOf(move), sizesOf(back)];
  const trade = tradeOf(left, sizes[0], sizes[1]);
  for (const k of trade) moveOne(k > 0 ? move : back, Math.abs(k));
  return left < picks || trade.length > 0;
}

/** The boxes that may change: carried by the one factory and not by the other. Those of a walk, not neighbours. */
function* boxesOf({ balance, from, to }: Move): Generator<number> {
  const { mask, boxes } = balance;
  const { size, stride } = goldenWalk(boxes.count);
  for (let turn = 0, box = 0; turn < size; turn++, box = (box + stride) & (size - 1))
    if (box < boxes.count && ((mask[box] >>> from) & 1) === 1 && ((mask[box] >>> to) & 1) === 0) yield box;
}

function menuOf({ balance, totals }: Move, factory: number): number[] {
  return [...totals.keys()].filter(
    (recipe) => totals[recipe] > 0 && ((balance.carriedBy[recipe] >>> factory) & 1) === 1,
  );
}

function holdsSurplus({ boxes, surplus }: Balance, box: number): boolean {
  for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++)
    if (surplus[boxes.recipe[p]] > 0) return true;
  return false;
}

/** Gives a box the recipes of a menu that are missing most; of equals, those after a place of the box's own. */
function giveSet({ boxes, mask, carriedBy, surplus }: Balance, box: number, menu: readonly number[]): void {
  const start = boxes.recipeStart[box];
  const end = boxes.recipeStart[box + 1];
  for (let p = start; p < end; p++) surplus[boxes.recipe[p]]--;
  const first = box % menu.length;
  const rank = [...menu.keys()].sort(
    (a, b) =>
      surplus[menu[a]] - surplus[menu[b]] ||
      ((a - first + menu.length) % menu.length) - ((b - first + menu.length) % menu.length),
  );
  mask[box] = -1;
  for (let p = start; p < end; p++) {
    const recipe = menu[rank[p - start]];
    boxes.recipe[p] = recipe;
    surplus[recipe]++;
    mask[box] &= carriedBy[recipe];
  }
}

/** Numbers of recipes in the boxes that may move and fit the menu they would move to. */
function sizesOf(move: Move): number[] {
  const { recipeStart } = move.balance.boxes;
  const most = menuOf(move, move.to).length;
  const sizes = new Set<number>();
  for (const box of boxesOf(move)) sizes.add(recipeStart[box + 1] - recipeStart[box]);
  return [...sizes].filter((k) => k <= most);
}

/**
 * The fewest boxes whose sizes, those that move counted positive and those that move back negative, sum to `picks`;
 * none where no boxes do.
 */
function tradeOf(picks: number, sizes: readonly number[], sizesBack: readonly number[]): number[] {
  const steps = [...sizes, ...sizesBack.map((k) => -k)];
  // A sum beyond this is never on a shortest way.
  const most = picks + Math.max(0, ...sizes, ...sizesBack);
  const last = new Map<number, number>([[0, 0]]);
  for (const sum of last.keys()) {
    if (sum === picks) return traced(last, picks);
    for (const k of steps) {
      const next = sum + k;
      if (Math.abs(next) <= most && !last.has(next)) last.set(next, k);
    }
  }
  return [];
}

function traced(last: ReadonlyMap<number, number>, picks: number): number[] {
  const trade: number[] = [];
  for (let sum = picks; sum !== 0;) {
    const k = last.get(sum) ?? 0;
    trade.push(k);
    sum -= k;
  }
  return trade;
}

/** The first box of the walk with k recipes. */
function moveOne(move: Move, k: number): void {
  const { balance, to } = move;
  const { recipeStart } = balance.boxes;
  for (const box of boxesOf(move))
    if (recipeStart[box + 1] - recipeStart[box] === k) return giveSet(balance, box, menuOf(move, to));
}

/**
 * Exchanges picks of recipes that are too many for such as are missing, or less too many, wherever that brings both nearer
 * to what is expected: where menus cannot have their totals, none of their recipes is a whole pick further off than others.
 *
 * @param targets [recipe], the totals before they were made whole numbers
 */
export function levelOut(balance: Balance, totals: Int32Array, targets: Float64Array): void {
  const { boxes, surplus } = balance;
  const wanted = [...totals.keys()].filter((recipe) => totals[recipe] > 0);
  const off = (recipe: number) => surplus[recipe] + totals[recipe] - targets[recipe];
  for (let box = 0; box < boxes.count; box++)
    for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++) {
      const most = off(boxes.recipe[p]) - 1 - ROUNDING;
      const other = wanted.find((recipe) => off(recipe) < most && fits(balance, box, p, recipe));
      if (other !== undefined) replace(balance, box, p, other);
    }
}
