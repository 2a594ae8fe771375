/** A monitor over made runs, started anew for every test, and requests to it. */
import { request as httpRequest } from 'node:http';
import { startMonitor, type Monitor } from '../../../tools/monitor/server/server.ts';
import { MadeSource, madeFiles } from './made-runs.ts';

export const RUN = 'run-1';
export let source: MadeSource;
export let monitor: Monitor;

beforeEach(async () => {
  source = new MadeSource();
  source.add({ runId: 'run-0', status: 'PUBLISHED', stages: { '2026-W49': 'CCC' } });
  source.add({
    runId: RUN,
    status: 'PARTIAL',
    label: 'Monday',
    revision: 2,
    stages: { '2026-W49': 'CCC', '2026-W50': 'CF.', '2026-W51': 'CTR' },
  });
  const files = madeFiles({
    weeks: ['2026-W49', '2026-W50'],
    days: ['2026-11-30', '2026-12-01'],
    factories: ['OAK', 'SPA'],
    skus: ['Crème fraîche', 'Tomato, "vine"', '=HYPERLINK("http://x")', 'Tomato purée'],
    withChanges: true,
  });
  for (const [name, body] of files) source.files.set(`${RUN}/r2/${name}`, body);
  await restart(true);
});
afterEach(() => monitor.close());

export async function restart(allowReplay: boolean): Promise<void> {
  await (monitor as Monitor | undefined)?.close();
  monitor = await startMonitor(source, { port: 0, allowReplay });
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Any request, also such as browsers would not send. */
export function ask(path: string, headers: Record<string, string> = {}, method = 'GET', body = ''): Promise<Answer> {
  return new Promise((done, failed) => {
    const request = httpRequest(new URL(path, monitor.url), { method, headers }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => (text += data.toString()));
      response.on('end', () => done({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    request.on('error', failed);
    request.end(body);
  });
}

export async function get<T>(path: string): Promise<T> {
  const { status, body } = await ask(path);
  expect(status).toBe(200);
  return JSON.parse(body) as T;
}
