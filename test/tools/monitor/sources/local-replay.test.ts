/** A replay that `larder monitor` starts, as real processes in one folder. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDetailDto, RunListDto } from '../../../../tools/monitor/dto.ts';
import { codeOf, folder, get, larder, openMonitor, until, writeInputs } from '../larder-process.ts';

jest.setTimeout(240_000);
beforeAll(writeInputs);

it('replays a failed week whose input has been mended, in a process of its own', async () => {
  const days = join(folder, 'in', 'delivery_days.csv');
  const whole = readFileSync(days, 'utf8');
  const lines = whole.trimEnd().split('\n');
  const week = lines[lines.length - 1].split(',')[0];
  writeFileSync(days, lines.filter((line) => !line.startsWith(week)).join('\n'));
  expect(await codeOf(larder('run', '--input', 'in', '--weeks', '2', '--label', 'failing'))).toBe(3);
  const { monitor, url } = await openMonitor('--allow-replay');
  const { runId } = (await get<RunListDto>(`${url}api/runs`)).runs[0];
  const ask = (from: string) =>
    fetch(`${url}api/runs/${runId}/replay`, {
      method: 'POST',
      headers: { origin: new URL(url).origin, 'x-larder-monitor': '1', 'content-type': 'application/json' },
      body: JSON.stringify({ weeks: [week], from, reason: '--the days are back--' }),
    });
  const tooLate = await ask('forecast');
  expect(tooLate.status).toBe(409);
  expect(await tooLate.json()).toEqual({ error: expect.stringContaining('no committed result of extract') });

  writeFileSync(days, whole);
  const started = await ask('extract');
  expect({ status: started.status, body: await started.json() }).toMatchObject({ status: 200 });
  const after = await until(async () => {
    const detail = await get<RunDetailDto>(`${url}api/runs/${runId}`);
    return detail.run.revision === 2 ? detail : undefined;
  });
  expect(after.weeks.find((one) => one.week === week)).toMatchObject({ status: 'COMPLETE', attempt: 2 });
  expect(after.revisions[1].correction).toMatchObject({ reason: '--the days are back--' });
  monitor.kill('SIGTERM');
  expect(await codeOf(monitor)).toBe(0);
});
