/**
 * Boxes given a whole set of another factory's menu: where recipes of one menu are too many and recipes of another are
 * missing, exchanging single picks cannot help, as a box never holds recipes that no factory carries together.
 */

import { carries, MAX_FACTORIES } from '../factory-mask.ts';
import { fits, replace, type Balance } from './balance.ts';
import { goldenRatioOrder } from './golden-ratio-order.ts';

/** No exchange is worth less. */
const ROUNDING = 1e-6;

/**
 * Moves as many boxes from menu to menu as menus have picks too many. The exchange of single picks then has to mend each
 * menu within itself.
 *
 * @param totals [recipe]; a recipe whose total is 0 goes into no box
 * @returns whether any box has changed
 */
export function moveBoxesBetweenMenus(balance: Balance, totals: Int32Array): boolean {
  const { surplus, carriedBy } = balance;
  const tooMany = new Int32Array(MAX_FACTORIES);
  const missing = new Int32Array(MAX_FACTORIES);
  for (let recipe = 0; recipe < surplus.length; recipe++)
    for (let f = 0; f < MAX_FACTORIES; f++) {
      if (!carries(carriedBy[recipe], f)) continue;
      tooMany[f] += Math.max(0, surplus[recipe]);
      missing[f] += Math.max(0, -surplus[recipe]);
    }
  let any = false;
  for (;;) {
    const { from, to, picks } = largestMove(tooMany, missing);
    if (picks === 0) return any;
    any = moveBoxes({ balance, totals, from, to }, picks) || any;
    tooMany[from] -= picks;
    missing[to] -= picks;
  }
}

/** From the menu to the menu between which the most picks can go. */
function largestMove(tooMany: Int32Array, missing: Int32Array): { from: number; to: number; picks: number } {
  let best = { from: 0, to: 0, picks: 0 };
  for (let from = 0; from < MAX_FACTORIES; from++)
    for (let to = 0; to < MAX_FACTORIES; to++) {
      const picks = Math.min(tooMany[from], missing[to]);
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
function moveBoxes(move: Move, picks: number): boolean {
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

/** The boxes that may change: carried by the one factory and not by the other. In golden-ratio order, not neighbours. */
function* boxesOf({ balance, from, to }: Move): Generator<number> {
  const { mask, boxes } = balance;
  const { size, stride } = goldenRatioOrder(boxes.count);
  for (let turn = 0, box = 0; turn < size; turn++, box = (box + stride) & (size - 1))
    if (box < boxes.count && carries(mask[box], from) && !carries(mask[box], to)) yield box;
}

function menuOf({ balance, totals }: Move, factory: number): number[] {
  return [...totals.keys()].filter((recipe) => totals[recipe] > 0 && carries(balance.carriedBy[recipe], factory));
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
  const menuSize = menuOf(move, move.to).length;
  const sizes = new Set<number>();
  for (const box of boxesOf(move)) sizes.add(recipeStart[box + 1] - recipeStart[box]);
  return [...sizes].filter((k) => k <= menuSize);
}

/**
 * The fewest boxes whose sizes, those that move counted positive and those that move back negative, sum to `picks`;
 * none where no boxes do.
 */
function tradeOf(picks: number, sizes: readonly number[], sizesBack: readonly number[]): number[] {
  const steps = [...sizes, ...sizesBack.map((k) => -k)];
  // A sum beyond this is never on a shortest way.
  const maxSum = picks + Math.max(0, ...sizes, ...sizesBack);
  const last = new Map<number, number>([[0, 0]]);
  for (const sum of last.keys()) {
    if (sum === picks) return traced(last, picks);
    for (const k of steps) {
      const next = sum + k;
      if (Math.abs(next) <= maxSum && !last.has(next)) last.set(next, k);
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

/** Moves the first box with k recipes. */
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
  const expected = [...totals.keys()].filter((recipe) => totals[recipe] > 0);
  const off = (recipe: number) => surplus[recipe] + totals[recipe] - targets[recipe];
  for (let box = 0; box < boxes.count; box++)
    for (let p = boxes.recipeStart[box]; p < boxes.recipeStart[box + 1]; p++) {
      const limit = off(boxes.recipe[p]) - 1 - ROUNDING;
      const other = expected.find((recipe) => off(recipe) < limit && fits(balance, box, p, recipe));
      if (other !== undefined) replace(balance, box, p, other);
    }
}
