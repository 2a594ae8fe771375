import { extractData } from '../../functions/data-extractor/handler';
import { getArtifact } from '../../shared/pipeline/artifacts';
import type { InputWarning, WeekSnapshot } from '../../shared/pipeline/snapshot';
import { inputFiles, smallSample, spoil, type Files } from '../pipeline/inputs';
import { RUN, WEEK, World } from '../pipeline/world';

/** What the Data Extractor warns of in the first week of these files. */
async function warningsOf(files: Files): Promise<readonly InputWarning[]> {
  const world = await new World().configured();
  const run = await world.store.run(RUN);
  if (!run) throw new Error('There is no run.');
  const work = extractData({ ...world.deps, openInputs: () => inputFiles(files) });
  const { artifact } = await work({
    run,
    message: { v: 1, runId: RUN, week: WEEK, stage: 'extract', attempt: 1 },
    attempt: 1,
    signal: new AbortController().signal,
    artifactKey: 'extract.cbor',
    upstream: () => Promise.reject(new Error('nothing is upstream')),
  });
  return (await getArtifact<WeekSnapshot>(world.artifacts, artifact)).warnings;
}

describe('the Data Extractor', () => {
  it('has nothing to say of a sound week', async () => {
    expect(await warningsOf(smallSample())).toEqual([]);
  });

  it('says what it takes for granted where the input is silent', async () => {
    const warnings = await warningsOf(spoil(smallSample(), 'weeks.csv', /(2026-W49,\d+),[\d.]+/, '$1,'));
    expect(warnings).toEqual([{ message: 'weeks.csv gives no boxes_sd for 2026-W49: 3.0% is assumed' }]);
  });

  it('tells a missing bill of materials apart', async () => {
    const [, id] = /2026-W49,(R\d+),/.exec(String(smallSample().get('menu.csv'))) ?? [];
    const bills = String(smallSample().get('recipes.csv')).replaceAll(new RegExp(`^${id},.*\\n`, 'gm'), '');
    const warnings = await warningsOf(new Map(smallSample()).set('recipes.csv', bills));
    expect(warnings).toMatchObject([{ about: 'missing_bill' }]);
    expect(warnings[0].message).toContain(id);
  });
});
