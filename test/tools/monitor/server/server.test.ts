/** The monitor's server: what it tells, to whom, and what it keeps to itself. */
import type { RunDetailDto, RunListDto } from '../../../../tools/monitor/dto.ts';
import { TOKEN } from '../made-runs.ts';
import { ask, get, monitor, restart, RUN, source } from '../running-monitor.ts';

describe('what the monitor tells', () => {
  it('lists the runs, newest first, with their counts', async () => {
    const { runs } = await get<RunListDto>('/api/runs');
    expect(runs.map(({ runId, weeksDone, weeksFailed }) => [runId, weeksDone, weeksFailed])).toEqual([
      [RUN, 1, 1],
      ['run-0', 1, 0],
    ]);
    expect(runs[0]).toMatchObject({ label: 'Monday', startedBy: 'ada', revision: 2, weeks: 3 });
  });

  it('tells of every stage, and of an error why', async () => {
    const { weeks, revisions } = await get<RunDetailDto>(`/api/runs/${RUN}`);
    expect(weeks.map(({ stages }) => stages.map(({ status }) => status))).toEqual([
      ['COMPLETE', 'COMPLETE', 'COMPLETE'],
      ['COMPLETE', 'FAILED', 'PENDING'],
      ['COMPLETE', 'RETRYING', 'RUNNING'],
    ]);
    expect(weeks[1].failure).toMatchObject({ error: 'InputRefused' });
    expect(revisions[1].correction).toMatchObject({ by: 'ada', reason: 'The caps were wrong.' });
  });

  it('never sends a task token, nor what it was made of', async () => {
    const paths = ['/api/runs', `/api/runs/${RUN}`, `/api/runs/${RUN}/revisions/2`, '/', '/page.js'];
    for (const path of paths) {
      const { body } = await ask(path);
      expect(body).not.toContain(TOKEN);
      expect(body).not.toContain('hash-of-a-secret');
    }
  });

  it('does not send again what the page has', async () => {
    const first = await ask(`/api/runs/${RUN}`);
    const etag = String(first.headers['etag']);
    expect(await ask(`/api/runs/${RUN}`, { 'if-none-match': etag })).toMatchObject({ status: 304, body: '' });
    source.add({ runId: RUN, status: 'PUBLISHED', stages: { '2026-W49': 'CCC' } });
    expect(await ask(`/api/runs/${RUN}`, { 'if-none-match': etag })).toMatchObject({ status: 200 });
  });

  it.each([
    ['/api/runs/nobody', 404],
    ['/api/runs/..%2f..', 404],
    [`/api/runs/${RUN}/revisions/0`, 404],
    [`/api/runs/${RUN}/revisions/1`, 404],
    [`/api/runs/${RUN}/revisions/2/manifest`, 404],
    [`/api/runs/${RUN}/revisions/2/ingredients?from=-1`, 400],
    ['/%ff', 400],
    ['/server.ts', 404],
  ])('answers %s with %i and a sentence', async (path, status) => {
    const answer = await ask(path);
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({ error: expect.stringMatching(/\w/) });
  });
});

describe('to whom the monitor listens', () => {
  const PATH = `/api/runs/${RUN}/replay`;
  const BODY = JSON.stringify({ weeks: ['2026-W50'], from: 'extract', reason: 'The menu is mended.' });
  const origin = () => new URL(monitor.url).origin;
  const own = () => ({
    origin: origin(),
    'x-larder-monitor': '1',
    'content-type': 'application/json',
  });

  it('is this computer alone, under its own name', async () => {
    expect(new URL(monitor.url).hostname).toBe('127.0.0.1');
    const { port } = new URL(monitor.url);
    for (const host of ['evil.example', `evil.example:${port}`, '127.0.0.1', `127.0.0.1.evil.example:${port}`]) {
      expect(await ask('/api/runs', { host })).toMatchObject({ status: 421 });
    }
    expect(await ask('/', { host: `localhost:${port}` })).toMatchObject({ status: 200 });
  });

  it('lets the page load nothing from elsewhere, and nobody frame it', async () => {
    for (const path of ['/', '/page.js', '/page.css', '/icon.svg', '/api/runs', '/nothing']) {
      const { headers } = await ask(path);
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toMatch(/unsafe|https?:|\*/);
      expect(headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('hands a replay on, with its reason', async () => {
    expect(await ask(PATH, own(), 'POST', BODY)).toMatchObject({ status: 200 });
    expect(source.replays).toEqual([
      { runId: RUN, weeks: ['2026-W50'], from: 'extract', reason: 'The menu is mended.' },
    ]);
  });

  it('refuses a replay unless it was started for it', async () => {
    await restart(false);
    expect(await ask(PATH, own(), 'POST', BODY)).toMatchObject({ status: 403 });
    expect(source.replays).toEqual([]);
  });

  it.each<[string, (headers: Record<string, string>) => Record<string, string>]>([
    ['another origin', (headers) => ({ ...headers, origin: 'http://evil.example' })],
    ['no origin', ({ origin: _none, ...headers }) => headers],
    ['the null origin', (headers) => ({ ...headers, origin: 'null' })],
    ['a form', (headers) => ({ ...headers, 'content-type': 'text/plain' })],
    ['no header of its own', ({ 'x-larder-monitor': _none, ...headers }) => headers],
    ['another site, as the browser says', (headers) => ({ ...headers, 'sec-fetch-site': 'cross-site' })],
  ])('refuses a replay from %s', async (_name, change) => {
    expect(await ask(PATH, change(own()), 'POST', BODY)).toMatchObject({ status: 403 });
    expect(source.replays).toEqual([]);
  });

  it.each([
    ['no reason', { weeks: ['2026-W50'], from: 'extract', reason: '  ' }],
    ['no week', { weeks: [], from: 'extract', reason: 'r' }],
    ['a week of another run', { weeks: ['2027-W01'], from: 'extract', reason: 'r' }],
    ['an unknown stage', { weeks: ['2026-W50'], from: 'bake', reason: 'r' }],
    ['a token', { weeks: ['2026-W50'], from: 'extract', reason: 'r', taskToken: 't' }],
  ])('refuses a replay with %s', async (_name, body) => {
    expect(await ask(PATH, own(), 'POST', JSON.stringify(body))).toMatchObject({ status: 400 });
    expect(source.replays).toEqual([]);
  });

  it('says why nothing was started', async () => {
    source.refusal = 'The run was cancelled.';
    const answer = await ask(PATH, own(), 'POST', BODY);
    expect(answer).toMatchObject({ status: 409 });
    expect(JSON.parse(answer.body)).toEqual({ error: 'The run was cancelled.' });
  });

  it('takes no other methods, and no endless bodies', async () => {
    expect(await ask(PATH, own(), 'PUT', BODY)).toMatchObject({ status: 405 });
    expect(await ask(PATH, own(), 'POST', 'x'.repeat(300_000))).toMatchObject({ status: 413 });
  });
});
