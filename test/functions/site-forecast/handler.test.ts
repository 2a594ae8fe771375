import { extractData } from '../../../functions/data-extractor/handler.ts';
import { simulateWeek } from '../../../functions/order-simulator/handler.ts';
import { forecastWeek } from '../../../functions/site-forecast/handler.ts';
import { forecastSites } from '../../../shared/domain/forecast/forecast.ts';
import { simulateOrders } from '../../../shared/domain/orders/simulate-orders.ts';
import { getArtifact } from '../../../shared/pipeline/artifacts.ts';
import type { Stage } from '../../../shared/pipeline/stages.ts';
import type { Committed } from '../../../shared/pipeline/table/records.ts';
import type { InputWarning, WeekForecast } from '../../../shared/pipeline/inputs/snapshot.ts';
import type { StageWork } from '../../../shared/pipeline/stage/stage-worker.ts';
import { inputFiles, smallSample, spoil, type Files } from '../../shared/pipeline/inputs/files.ts';
import { RUN, WEEK, World } from '../../shared/pipeline/world.ts';

/** What the forecast of the first week of these files warns of, stage after stage. */
async function warningsOf(files: Files): Promise<readonly InputWarning[]> {
  const world = await new World().configured();
  const run = await world.store.run(RUN);
  if (!run) throw new Error('There is no run.');
  const deps = { ...world.deps, openInputs: () => inputFiles(files), engine: { simulateOrders, forecastSites } };
  const works: [Stage, StageWork][] = [
    ['extract', extractData(deps)],
    ['simulate', simulateWeek(deps)],
    ['forecast', forecastWeek(deps)],
  ];
  const committed = new Map<Stage, Committed>();
  for (const [stage, work] of works) {
    const result = await work({
      run,
      message: { v: 1, runId: RUN, week: WEEK, stage, attempt: 1 },
      attempt: 1,
      signal: new AbortController().signal,
      artifactKey: `${stage}.cbor`,
      upstream: (of) => Promise.resolve(committed.get(of) as Committed),
    });
    committed.set(stage, { ...result, attempt: 1 } as Committed);
  }
  const { artifact } = committed.get('forecast') as Committed;
  return (await getArtifact<WeekForecast>(world.artifacts, artifact)).warnings;
}

describe('a week’s warnings', () => {
  it('are none where its input is sound', async () => {
    expect(await warningsOf(smallSample())).toEqual([]);
  });

  it('say what is taken for granted where the input is silent', async () => {
    const warnings = await warningsOf(spoil(smallSample(), 'weeks.csv', /(2026-W49,\d+),[\d.]+/, '$1,'));
    expect(warnings).toEqual([{ message: 'weeks.csv gives no boxes_sd for 2026-W49: 3.0% is assumed' }]);
  });

  it('tell a missing bill of materials apart', async () => {
    const [, id] = /2026-W49,(R\d+),/.exec(String(smallSample().get('menu.csv'))) ?? [];
    const bills = String(smallSample().get('recipes.csv')).replaceAll(new RegExp(`^${id},.*\\n`, 'gm'), '');
    const warnings = await warningsOf(new Map(smallSample()).set('recipes.csv', bills));
    expect(warnings).toMatchObject([{ about: 'missing_bill' }]);
    expect(warnings[0].message).toContain(id);
  });

  it('name a recipe that has too little beside it in its factories', async () => {
    // OAK alone carries the first six recipes, WAR the others. A box of three with R001 needs two others of OAK's.
    const recipes = Array.from({ length: 12 }, (_, r) => `R${String(r + 1).padStart(3, '0')}`);
    const menu = recipes.map((id, r) => `2026-W49,${id},Dish ${id},${r === 0 ? 0.2015 : r < 6 ? 0.08 : 0.0664}`);
    const eligibility = recipes.map((id, r) => `${r < 6 ? 'OAK' : 'WAR'},${id}`);
    const files = new Map(smallSample());
    files.delete('orders.csv');
    files
      .set('weeks.csv', 'menu_week,boxes,boxes_sd\n2026-W49,9000,0.03\n')
      .set('menu.csv', ['menu_week,recipe_id,recipe_name,uptake', ...menu].join('\n'))
      .set('eligibility.csv', ['factory,recipe_id', ...eligibility].join('\n'))
      .set('box_mix.csv', 'menu_week,recipes_per_box,portions,share\n*,3,2,1\n');
    const warnings = await warningsOf(files);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^recipe R001 \(Dish R001\) is expected in 544\d of the simulated boxes and is in 54\d\d: /,
      ),
    ]);
  });
});
