/** `larder bench simulate`: nanoseconds an order of the central scenario, products and exact totals included. */
import { drawOrders } from '../../shared/domain/orders/draw-orders.ts';
import { planOrders } from '../../shared/domain/orders/plan-orders.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import { figureOf, timed, type Benchmark } from './measure.ts';
import { SCALE, sampleWeek } from './workload.ts';

const OPTIONS = { seed: 1, constraints: {} };
const TIMES = { repeats: 101, warmUps: 40 };

export const simulate: Benchmark = {
  name: 'simulate',
  description: `the orders of one week of ${SCALE.boxes.toLocaleString('en')} boxes, ${SCALE.recipes} recipes`,
  run: async () => {
    const week = await sampleWeek(SCALE);
    const plan = planOrders(week, OPTIONS);
    const perOrder = (ms: number) => (ms * 1e6) / plan.count;
    const planned = await timed(() => planOrders(week, OPTIONS), TIMES);
    const drawn = await timed(() => drawOrders(plan, { from: 0, to: plan.count }), TIMES);
    const all = await timed(() => simulateOrders(week, OPTIONS), TIMES);
    return [
      figureOf('a whole order: recipes, portions, day, products, totals', 'ns/order', all.map(perOrder)),
      figureOf('of which drawing recipes, portions and day', 'ns/order', drawn.map(perOrder)),
      figureOf('of which the plan: targets and calibrated weights', 'ms', planned),
    ];
  },
};
