/** Orders already placed: a part of the nearest weeks, drawn from the week's own menu and mix. */
import type { RandomSource } from './random-source.ts';
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
  random: RandomSource,
  weeks: readonly SampleWeek[],
  mix: readonly MixCell[],
  dayShares: readonly number[],
): Row[] {
  const rows: Row[] = [];
  let orders = 0;
  PLACED.slice(0, weeks.length).forEach(({ share, maxOrders }, horizon) => {
    const week = weeks[horizon];
    const count = Math.min(maxOrders, Math.floor(share * week.boxes));
    for (let i = 0; i < count; i++) rows.push(...placeOrder(random, week, mix, dayShares, ++orders));
  });
  return rows;
}

function placeOrder(
  random: RandomSource,
  { week, dates, menu }: SampleWeek,
  mix: readonly MixCell[],
  dayShares: readonly number[],
  number: number,
): Row[] {
  const { recipesPerBox, portions } = mix[random.weighted(mix.map((cell) => cell.share))];
  const date = dates[random.weighted(dayShares)];
  const uptake = menu.map((item) => item.uptake);
  const chosen = new Set<string>();
  while (chosen.size < recipesPerBox) chosen.add(menu[random.weighted(uptake)].recipe.id);
  const head = [`O${String(number).padStart(7, '0')}`, week, date, portions];
  const rows: Row[] = [...chosen].map((recipe) => [...head, 'recipe', recipe, 1]);
  if (random.next() < 0.15) rows.push([...head, 'product', `P0${1 + random.below(4)}`, 1]);
  return rows;
}
