/** `larder bench scenarios`: all scenarios of a week, to the quantiles of every factory, day and SKU. */
import { forecastIntervals } from '../../shared/domain/quantiles';
import { simulateScenarios } from '../../shared/domain/scenarios';
import { figureOf, timed, type Benchmark } from './measure';
import { SCALE, sampleWeek } from './workload';

const OPTIONS = { seed: 1, constraints: {}, scenarios: SCALE.scenarios };
const TIMES = { repeats: 5, warmUps: 1 };

export const scenarios: Benchmark = {
  name: 'scenarios',
  description:
    `${SCALE.scenarios} scenarios of ${SCALE.boxes.toLocaleString('en')} boxes, ${SCALE.recipes} recipes and ` +
    `${SCALE.factories} factories, to P10, P50 and P90 of every factory, day and SKU`,
  run: async () => {
    const week = await sampleWeek(SCALE);
    const drawn = await timed(() => simulateScenarios(week, OPTIONS), TIMES);
    const counts = simulateScenarios(week, OPTIONS);
    const counted = await timed(() => forecastIntervals(week, counts), TIMES);
    const seconds = (list: readonly number[]) => list.map((ms) => ms / 1000);
    const whole = drawn.map((ms, i) => ms + counted[i]);
    return [
      figureOf('one core', 's', seconds(whole)),
      figureOf('of which drawing, routing and counting', 's', seconds(drawn)),
      figureOf('of which packs and quantiles', 's', seconds(counted)),
    ];
  },
};
