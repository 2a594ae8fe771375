/** `larder monitor` beside `larder run`, as real processes in one folder: it looks on and is in nobody's way. */
import { readdirSync } from 'node:fs';
import type { ForecastDto, RunDetailDto, RunListDto } from '../../../../tools/monitor/dto.ts';
import { codeOf, get, larder, openMonitor, temporary, until, writeInputs } from '../larder-process.ts';

jest.setTimeout(240_000);
beforeAll(writeInputs);

it('shows runs that begin, go on and end while it is open', async () => {
  const { monitor, url } = await openMonitor();
  expect((await get<RunListDto>(`${url}api/runs`)).runs).toEqual([]);

  const run = larder('run', '--input', 'in', '--weeks', '2', '--label', 'watched');
  const seen = await until(async () => {
    const hasEnded = run.exitCode !== null;
    const first = (await get<RunListDto>(`${url}api/runs`)).runs.at(0);
    if (hasEnded && !first) throw new Error(`The run ended unseen. ${run.printed()}`);
    return first;
  });
  expect(seen).toMatchObject({ label: 'watched', weeks: 2 });
  // Two questions at once, while the process that holds the table goes.
  const ended = await until(async () => {
    const [detail] = await Promise.all([
      get<RunDetailDto>(`${url}api/runs/${seen.runId}`),
      get<RunListDto>(`${url}api/runs`),
    ]);
    if (run.signalCode !== null) throw new Error(`The run was ended by ${run.signalCode}.`);
    return detail.run.endedAt === null || run.exitCode === null ? undefined : detail;
  });
  expect(ended.run).toMatchObject({ status: 'PUBLISHED', weeksDone: 2, revision: 1 });
  const forecast = await get<ForecastDto>(`${url}api/runs/${seen.runId}/revisions/1`);
  expect(forecast.weeks.map(({ week }) => week)).toEqual(ended.weeks.map(({ week }) => week));
  expect(forecast.days.length).toBeGreaterThan(0);

  // It looks on, and another run begins all the same.
  const next = larder('run', '--input', 'in', '--weeks', '1', '--label', 'next');
  expect({ code: await codeOf(next), printed: next.printed() }).toMatchObject({ code: 0 });
  const { runs } = await get<RunListDto>(`${url}api/runs`);
  expect(runs.map(({ label }) => label)).toEqual(['next', 'watched']);

  monitor.kill('SIGTERM');
  expect(await codeOf(monitor)).toBe(0);
  expect(readdirSync(temporary).filter((name) => name.startsWith('larder-'))).toEqual([]);
});
