import { publish } from '../../../functions/publisher/handler.ts';
import type { Summary } from '../../../shared/report/summary.ts';
import { planReplay } from '../../../shared/pipeline/run/replay.ts';
import { failWeek } from '../../../shared/pipeline/table/fail-week.ts';
import { RunStore } from '../../../shared/pipeline/table/run-store.ts';
import { smallSample, spoil } from '../../shared/pipeline/inputs/files.ts';
import { RUN, START } from '../../shared/pipeline/world.ts';
import { Publication, WEEKS } from './publication.ts';

describe('the Publisher', () => {
  it('writes the files, mails once, announces, and moves latest.json', async () => {
    const publication = await Publication.of(WEEKS);
    expect(await publication.publish()).toEqual({
      runId: RUN,
      revision: 1,
      status: 'PUBLISHED',
    });
    expect([...publication.published.blobs.keys()].sort()).toEqual([
      'latest.json',
      ...[
        'changes.csv',
        'email.html',
        'email.txt',
        'forecast.jsonl',
        'forecast.parquet',
        'forecast.xlsx',
        'ingredients.csv',
        'manifest.json',
        'products.csv',
        'recipes.csv',
        'summary.json',
        'utilisation.csv',
      ].map((file) => `run-1/r1/${file}`),
    ]);
    const boxes = publication.rows('run-1/r1/utilisation.csv').reduce((sum, row) => sum + Number(row['boxes']), 0);
    const summary = JSON.parse(publication.text('run-1/r1/summary.json')) as Summary;
    expect(summary.totals.boxes).toBe(boxes);
    expect(publication.mails).toMatchObject([{ subject: 'Forecast 2026-W49 to 2026-W50: complete' }]);
    expect(publication.mails[0].text).toContain(`${boxes} boxes`);
    expect(publication.events).toMatchObject([{ runId: RUN, revision: 1, status: 'PUBLISHED' }]);
    expect(JSON.parse(publication.text('latest.json'))).toEqual({ run_id: RUN, revision: 1, path: 'run-1/r1' });
    expect(await publication.world.store.run(RUN)).toMatchObject({ status: 'PUBLISHED', revision: 1 });
    expect(await publication.world.store.runs('unfinished')).toEqual([]);
  });

  it('called again writes the same bytes and mails no second time', async () => {
    const publication = await Publication.published();
    const before = new Map(publication.published.blobs);
    await publication.world.clock.advance(3_600);
    await publication.publish();
    expect(new Map(publication.published.blobs)).toEqual(before);
    expect(publication.mails).toHaveLength(1);
  });

  it('publishes what there is and says which week failed and why', async () => {
    const publication = await Publication.of([WEEKS[1]]);
    await failWeek(publication.world.deps, RUN, WEEKS[0], { error: 'InputRefused', message: 'menu.csv:3 <b>' }, 1);
    expect(await publication.publish()).toMatchObject({ status: 'PARTIAL' });
    const summary = JSON.parse(publication.text('run-1/r1/summary.json')) as Summary;
    expect(summary.weeks[0]).toMatchObject({ status: 'FAILED', failure: { message: 'menu.csv:3 <b>' } });
    expect(publication.mails[0].subject).toBe('Forecast 2026-W49 to 2026-W50: 2026-W49 FAILED');
    expect(publication.mails[0].text).toContain('menu.csv:3 <b>');
    expect(publication.mails[0].html).not.toContain('<b>');
    expect(publication.published.blobs.has('latest.json')).toBe(false);
  });

  it('fails a run of which nothing is left, and says so by mail', async () => {
    const publication = await Publication.of([]);
    expect(await publication.publish()).toMatchObject({ status: 'FAILED' });
    expect(publication.mails[0].subject).toContain('FAILED');
    expect(publication.events).toEqual([]);
    expect(publication.published.blobs.has('run-1/r1/ingredients.csv')).toBe(false);
  });

  it('makes a correction the next revision, and leaves the first as it was', async () => {
    const publication = await Publication.published();
    const first = publication.text('run-1/r1/ingredients.csv');
    await publication.commit(WEEKS[0], 2, spoil(smallSample(), 'weeks.csv', /2026-W49,\d+/, '2026-W49,400'));
    const correction = { id: 'x', by: 'Ada\r\nBcc: all@example.com', reason: 'more boxes', at: '2026-11-23T09:00:00Z' };
    expect(await publication.publish(RUN, correction)).toMatchObject({ revision: 2 });
    expect(publication.text('run-1/r1/ingredients.csv')).toBe(first);
    const weekRows = (revision: number, week: string) =>
      publication
        .rows(`run-1/r${revision}/ingredients.csv`)
        .filter((row) => row['menu_week'] === week)
        .map((row) => ({ ...row, revision: '' }));
    expect(weekRows(2, WEEKS[1])).toEqual(weekRows(1, WEEKS[1]));
    expect(weekRows(2, WEEKS[0])).not.toEqual(weekRows(1, WEEKS[0]));
    expect(publication.mails[1].subject).toContain('(correction)');
    expect(publication.mails[1].text).toContain('asked for by Ada Bcc: all@example.com: more boxes');
    expect(JSON.parse(publication.text('latest.json'))).toMatchObject({ revision: 2 });
  });

  it('whose reading a replay has overtaken publishes nothing older', async () => {
    const publication = await Publication.of(WEEKS);
    const { deps, world } = publication;
    const view = await world.store.view(RUN);
    await publication.commit(WEEKS[0], 2, smallSample());
    await publish(deps, { runId: RUN });
    // The first call's reading of the stages is older than its reading of the revisions.
    const revisions = await world.store.revisions(RUN);
    const late = view && { ...view, revisions };
    const store = Object.assign(new RunStore(world.table), {
      view: jest
        .fn()
        .mockResolvedValueOnce(late)
        .mockImplementation(() => world.store.view(RUN)),
    });
    expect(await publish({ ...deps, store }, { runId: RUN })).toMatchObject({ revision: 1 });
    expect(await world.store.revisions(RUN)).toHaveLength(1);
  });

  it('that dies when its files are there is carried on with, as the replay of what is missing asks', async () => {
    const publication = await Publication.of(WEEKS);
    const { deps, world } = publication;
    const dying = { ...deps, events: { forecastPublished: () => Promise.reject(new Error('killed')) } };
    await expect(publish(dying, { runId: RUN })).rejects.toThrow('killed');
    const replay = { id: 'x', by: 'Ada', reason: 'killed', at: '2026-11-23T09:00:00Z' };
    const planOf = async () => {
      const view = await world.store.view(RUN);
      if (!view) throw new Error('no run');
      return planReplay(view, 'missing', undefined, replay, START);
    };
    expect(await planOf()).toMatchObject({ weeks: [], unpublished: WEEKS });
    await publish(deps, { runId: RUN, correction: replay });
    expect(publication.events).toHaveLength(1);
    expect(publication.mails).toHaveLength(1);
    expect(JSON.parse(publication.text('latest.json'))).toMatchObject({ run_id: RUN, revision: 1 });
    await expect(planOf()).rejects.toThrow('nothing to replay');
  });

  it('publishes all the same when the mail is refused, and records that', async () => {
    const publication = await Publication.of(WEEKS);
    publication.mailError = new Error('Email address is not verified');
    expect(await publication.publish()).toMatchObject({ status: 'PUBLISHED' });
    expect(await publication.world.store.revisions(RUN)).toMatchObject([
      { mail: { state: 'FAILED', failure: { message: 'Email address is not verified' } } },
    ]);
    expect(publication.events).toHaveLength(1);
  });

  it('keeps names that look like formulas or markup harmless', async () => {
    let files = spoil(smallSample(), 'skus.csv', 'Chicken breast', "=cmd()|' /C calc'!A0");
    files = spoil(files, 'factories.csv', 'Oakfield', '<script>alert(1)</script>');
    const publication = await Publication.published(files);
    expect(publication.text('run-1/r1/ingredients.csv')).not.toMatch(/,"?=cmd/);
    expect(publication.mails[0].html).not.toContain('<script>');
  });

  it('never moves latest.json backwards', async () => {
    const publication = await Publication.of(WEEKS);
    await publication.world.store.updateLatest(() => ({
      runId: 'later' as typeof RUN,
      revision: 1,
      startedAt: '2027-01-01T00:00:00.000Z',
    }));
    await publication.publish();
    expect(JSON.parse(publication.text('latest.json'))).toMatchObject({ run_id: 'later' });
  });
});
