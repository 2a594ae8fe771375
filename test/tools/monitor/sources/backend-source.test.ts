/** The monitor over a deployed stack. */
import { NotFoundError } from '../../../../shared/pipeline/errors.ts';
import type { Backend } from '../../../../tools/backends/backend.ts';
import { backendSource } from '../../../../tools/monitor/sources/backend-source.ts';
import { RUN as RUN_ID, WEEK, World } from '../../../shared/pipeline/world.ts';

describe('a deployed stack', () => {
  async function stack() {
    const world = await new World().configured();
    await world.store.updateRun(RUN_ID, (now) => now && { ...now, status: 'FAILED', revision: 2 });
    await world.store.updateWeek(RUN_ID, WEEK, (now) => now && { ...now, status: 'FAILED' });
    const asked: string[] = [];
    const backend: Backend = {
      ...world.deps,
      place: 'aws',
      pollMs: 1,
      published: ({ runId, revision }, file) => {
        asked.push(`${runId}/r${revision}/${file}`);
        return file === 'there.csv'
          ? Promise.resolve(Buffer.from('a'))
          : Promise.reject(new NotFoundError('not there'));
      },
      openInputs: () => ({ open: () => Promise.reject(new Error('not here')) }),
      defaultInput: undefined,
      bringInput: () => Promise.reject(new Error('not here')),
      run: () => Promise.reject(new Error('not here')),
      causeOf: () => Promise.resolve(''),
      close: () => Promise.resolve(),
    };
    return { world, asked, source: backendSource(backend, 'a stack') };
  }

  it('shows its runs, and the files of the revision that is asked for', async () => {
    const { source: deployed, asked } = await stack();
    const [{ run, weeksFailed }] = await deployed.runs();
    expect(weeksFailed).toBe(1);
    expect(await deployed.file(run, 1, 'there.csv')).toEqual(Buffer.from('a'));
    expect(await deployed.file(run, 1, 'changes.csv')).toBeUndefined();
    expect(asked).toEqual([`${RUN_ID}/r1/there.csv`, `${RUN_ID}/r1/changes.csv`]);
  });

  it('is sent the message of a replay, with its reason and no token', async () => {
    const { world, source: deployed } = await stack();
    const request = { runId: RUN_ID, weeks: [WEEK], from: 'extract', reason: 'mended' } as const;
    expect(await deployed.replay?.(request)).toContain('revision 3');
    expect(world.sent).toEqual([
      expect.objectContaining({
        week: WEEK,
        stage: 'extract',
        attempt: 2,
        replay: expect.objectContaining({ reason: 'mended' }),
      }),
    ]);
    expect(world.sent[0]).not.toHaveProperty('taskToken');
  });

  it('refuses a replay that has nothing to begin with, and sends nothing', async () => {
    const { world, source: deployed } = await stack();
    const request = { runId: RUN_ID, weeks: [WEEK], from: 'forecast', reason: 'r' } as const;
    await expect(deployed.replay?.(request)).rejects.toThrow(/no committed result of extract/);
    expect(world.sent).toEqual([]);
  });
});
