/** `larder bench week`: a whole week on one core, each stage from the artifact before it to its own. */
import { performance } from 'node:perf_hooks';
import { forecastSites } from '../../shared/domain/forecast/forecast.ts';
import type { Boxes, Week } from '../../shared/domain/model.ts';
import { simulateOrders } from '../../shared/domain/orders/simulate-orders.ts';
import { getArtifact, putArtifact } from '../../shared/pipeline/artifacts.ts';
import type { Blobs } from '../../shared/pipeline/ports.ts';
import { figureOf, type Benchmark } from './measure.ts';
import { extractWeek, SCALE, sampleFiles } from './workload.ts';

const OPTIONS = { seed: 1, constraints: {}, scenarios: SCALE.scenarios };
const REPEATS = 5;

export const week: Benchmark = {
  name: 'week',
  description:
    `one week of ${SCALE.boxes.toLocaleString('en')} boxes, ${SCALE.recipes} recipes, ${SCALE.factories} ` +
    `factories, 7 days and ${SCALE.scenarios} scenarios, all stages on one core, the first on cold code`,
  run: async () => {
    const files = sampleFiles(SCALE);
    const rounds: Awaited<ReturnType<typeof stages>>[] = [];
    for (let round = 0; round < REPEATS; round++) rounds.push(await stages(files));
    const figure = (label: string, of: (round: (typeof rounds)[number]) => number) =>
      figureOf(
        label,
        's',
        rounds.map(of).map((ms) => ms / 1000),
      );
    return [
      figure('the week', ({ extract, simulate, forecast }) => extract + simulate + forecast),
      figure('of which Data Extractor', ({ extract }) => extract),
      figure('of which Order Simulator', ({ simulate }) => simulate),
      figure('of which Site Specific Forecast', ({ forecast }) => forecast),
    ];
  },
};

/** Milliseconds of every stage. */
async function stages(files: ReadonlyMap<string, string>) {
  const blobs = memoryBlobs();
  const start = performance.now();
  const extracted = await putArtifact(blobs, 'extract', await extractWeek(files));
  const simulating = performance.now();
  const slice = await getArtifact<Week>(blobs, extracted);
  const simulated = await putArtifact(blobs, 'simulate', simulateOrders(slice, OPTIONS));
  const forecasting = performance.now();
  const boxes = await getArtifact<Boxes>(blobs, simulated);
  await putArtifact(blobs, 'forecast', forecastSites(await getArtifact<Week>(blobs, extracted), boxes, OPTIONS));
  const end = performance.now();
  return { extract: simulating - start, simulate: forecasting - simulating, forecast: end - forecasting };
}

function memoryBlobs(): Blobs {
  const stored = new Map<string, Uint8Array>();
  return {
    put: (key, body) => Promise.resolve(void stored.set(key, body)),
    get: (key) => Promise.resolve(stored.get(key) ?? new Uint8Array(0)),
  };
}
