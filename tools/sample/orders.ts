/** Orders already placed: a part of the nearest weeks, drawn from the week's own menu and mix. */
import type { Dice } from './dice.ts';
import type { MixCell, SampleWeek } from './sample-week.ts';

/** The share of the week's boxes that is placed already, by horizon, and its upper limit. */
const PLACED = [
  { share: 0.3, maxOrders: 6_000 },
  { share: 0.08, maxOrders: 2_000 },
];

type Row = (string | number)[];

/**
 * The rows of `orders.csv`.
 *
 * @param dayShares shares of the week's boxes `[day]`
 */
export function placeOrders(
  dice: Dice,
  weeks: readonly SampleWeek[],
  mix: readonly MixCell[],
  dayShares: readonly number[],
): Row[] {
  const rows: Row[] = [];
  let orders = 0;
  PLACED.slice(0, weeks.length).forEach(({ share, maxOrders }, horizon) => {
    const week = weeks[horizon];
    const count = Math.min(maxOrders, Math.floor(share * week.boxes));
    for (let i = 0; i < count; i++) rows.push(...placeOrder(dice, week, mix, dayShares, ++orders));
  });
  return rows;
}

function placeOrder(
  dice: Dice,
  { week, dates, menu }: SampleWeek,
  mix: readonly MixCell[],
  dayShares: readonly number[],
  number: number,
): Row[] {
  const { recipesPerBox, portions } = mix[dice.weighted(mix.map((cell) => cell.share))];
  const date = dates[dice.weighted(dayShares)];
  const uptake = menu.map((item) => item.uptake);
  const chosen = new Set<string>();
  while (chosen.size < recipesPerBox) chosen.add(menu[dice.weighted(uptake)].recipe.id);
  const head = [`O${String(number).padStart(7, '0')}`, week, date, portions];
  const rows: Row[] = [...chosen].map((recipe) => [...head, 'recipe', recipe, 1]);
  if (dice.next() < 0.15) rows.push([...head, 'product', `P0${1 + dice.below(4)}`, 1]);
  return rows;
}
