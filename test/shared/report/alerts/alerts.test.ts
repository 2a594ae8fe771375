import { publish } from '../../../../functions/publisher/handler.ts';
import type { Alert } from '../../../../shared/report/alerts/alert.ts';
import type { RunId } from '../../../../shared/pipeline/messages.ts';
import type { RunRecord } from '../../../../shared/pipeline/table/records.ts';
import type { WeekForecast } from '../../../../shared/pipeline/inputs/snapshot.ts';
import { parseThresholds } from '../../../../shared/report/alerts/thresholds.ts';
import { smallSample, spoil, type Files } from '../../pipeline/inputs/files.ts';
import { Publication, WEEKS } from '../../../functions/publisher/publication.ts';

const NEXT = 'run-2' as RunId;

interface Wish {
  readonly thresholds?: string;
  readonly before?: Files;
  readonly run?: Partial<RunRecord>;
  readonly week?: Partial<WeekForecast>;
}

/** The alerts of a run of `files`, after one of `before` where that is given. */
async function alertsOf(files: Files, wish: Wish = {}): Promise<readonly Alert[]> {
  const publication = new Publication();
  if (wish.before) {
    await publication.addRun(WEEKS, wish.before);
    await publication.publish();
  }
  const startedAt = '2026-11-24T08:00:00.000Z';
  await publication.addRun(WEEKS, files, { runId: NEXT, startedAt, ...wish.run });
  if (wish.week) await publication.commit(WEEKS[0], 1, files, { runId: NEXT, ...wish.week });
  const thresholds = parseThresholds(wish.thresholds);
  await publish({ ...publication.deps, thresholds }, { runId: NEXT });
  return publication.summary('run-2/r1').alerts;
}

const ofKind = (alerts: readonly Alert[], kind: Alert['kind']) => alerts.filter((alert) => alert.kind === kind);
const caps = (date: string, cap: number) => (files: Files) =>
  ['OAK', 'SPA', 'WAR'].reduce(
    (all, factory) => spoil(all, 'caps.csv', new RegExp(`${factory},${date},\\w+`), `${factory},${date},${cap}`),
    files,
  );

describe('alerts', () => {
  it('name demand on a day when no factory is open, before anything else', async () => {
    const [first] = await alertsOf(caps('2026-12-01', 0)(smallSample()));
    expect(first).toMatchObject({ severity: 'error', kind: 'no_open_factory', menu_week: WEEKS[0] });
    expect(first.message).toMatch(/^2026-12-01: \d+ boxes, and no factory is open$/);
  });

  it('name the recipe that only closed factories carry', async () => {
    const [, id, name] = /2026-W49,(R\d+),([^,]+),/.exec(String(smallSample().get('menu.csv'))) ?? [];
    const eligibility = String(smallSample().get('eligibility.csv')).split('\n');
    const lines = eligibility.filter((line) => !line.endsWith(`,${id}`)).concat(`SPA,${id}`);
    const files = new Map(smallSample()).set('eligibility.csv', lines.filter(Boolean).join('\n'));
    files.delete('orders.csv');
    const alerts = await alertsOf(spoil(files, 'caps.csv', /SPA,2026-12-01,\d+/, 'SPA,2026-12-01,0'));
    const [alert] = ofKind(alerts, 'no_open_factory');
    expect(alert.message).toMatch(/^2026-12-01: \d+ boxes fit no factory; no open one carries /);
    expect(alert.message).toContain(name);
  });

  it('say how many boxes are left where the factories are only full', async () => {
    const alerts = await alertsOf(caps('2026-12-01', 3)(smallSample()));
    const [alert] = ofKind(alerts, 'unallocated');
    const boxes = Number(/(\d+) boxes/.exec(alert.message)?.[1]);
    expect(boxes).toBeGreaterThan(0);
    const full = ofKind(alerts, 'utilisation_high').find(({ factory }) => factory === 'WAR');
    expect(full?.message).toContain('100.0% of its cap on 2026-12-01 (3 of 3 boxes)');
    expect(ofKind(alerts, 'p90_over_cap').map(({ factory }) => factory)).toContain('WAR');
  });

  it('say by how much an exact cap is missed', async () => {
    const files = spoil(smallSample(), 'caps.csv', /OAK,2026-12-01,\d+/, 'OAK,2026-12-01,900');
    const [alert] = ofKind(await alertsOf(files), 'exact_cap_not_met');
    expect(alert).toMatchObject({ factory: 'OAK', severity: 'warning' });
    expect(alert.message).toMatch(/Oakfield is \d+ boxes short of its exact cap on 2026-12-01/);
  });

  it('see the catch-all take over what others had', async () => {
    const closed = String(smallSample().get('caps.csv')).replaceAll(/(SPA,[\d-]+),\d+/g, '$1,0');
    const files = new Map(smallSample()).set('caps.csv', closed);
    const [alert] = ofKind(await alertsOf(files, { before: smallSample() }), 'catch_all_share_up');
    expect(alert).toMatchObject({ factory: 'WAR' });
    expect(ofKind(await alertsOf(files), 'catch_all_share_up')).toEqual([]);
    const thresholds = '{"catchAllSharePoints": 100}';
    expect(ofKind(await alertsOf(files, { before: smallSample(), thresholds }), 'catch_all_share_up')).toEqual([]);
  });

  it('name ingredients that changed a lot, the largest first, and count the rest', async () => {
    const files = spoil(smallSample(), 'weeks.csv', /2026-W49,\d+/, '2026-W49,600');
    const alerts = ofKind(await alertsOf(files, { before: smallSample() }), 'sku_change');
    expect(alerts.every(({ menu_week }) => menu_week === WEEKS[0])).toBe(true);
    const packs = alerts.map(({ message }) => Number(/\(\+(\d+), \+\d+%\)$/.exec(message)?.[1]));
    expect(packs.slice(0, 5)).toEqual([...packs.slice(0, 5)].sort((a, b) => b - a));
    expect(alerts.at(5)?.message).toMatch(/^and \d+ more of this kind/);
    expect(alerts).toHaveLength(6);
    const thresholds = `{"skuChangeMinPacks": ${packs[0]}}`;
    const fewer = ofKind(await alertsOf(files, { before: smallSample(), thresholds }), 'sku_change');
    expect(fewer.map(({ sku }) => sku)).toContain(alerts[0].sku);
    expect(fewer.length).toBeLessThan(alerts.length);
  });

  it('pass on what the input leaves open, a missing bill of materials under its own name', async () => {
    const warnings = [
      { message: 'menu.csv: scaled' },
      { about: 'missing_bill' as const, message: 'R1 has no bill of materials' },
    ];
    const alerts = await alertsOf(smallSample(), { week: { warnings } });
    expect(ofKind(alerts, 'missing_bill').map(({ message }) => message)).toEqual([warnings[1].message]);
    expect(ofKind(alerts, 'input').map(({ message }) => message)).toEqual([warnings[0].message]);
  });

  it('flag the rows whose packs are missing, by portion size', async () => {
    const [, id] = /2026-W49,(R\d+),/.exec(String(smallSample().get('menu.csv'))) ?? [];
    const bills = String(smallSample().get('recipes.csv')).replaceAll(new RegExp(`^${id},4,.*\\n`, 'gm'), '');
    const publication = await Publication.published(new Map(smallSample()).set('recipes.csv', bills));
    for (const row of publication.rows('run-1/r1/recipes.csv')) {
      const isMissing = row['recipe_id'] === id && row['portions'] === '4';
      expect([row['recipe_id'], row['portions'], row['flag']]).toEqual([
        row['recipe_id'],
        row['portions'],
        isMissing ? 'no_bill_of_materials' : '',
      ]);
    }
  });

  it('see inputs that have not moved, no placed orders, and weeks that are over', async () => {
    const stale = (alerts: readonly Alert[]) => ofKind(alerts, 'stale_input').map(({ message }) => message);
    expect(stale(await alertsOf(smallSample()))).toEqual([]);

    const inputSha256 = { 'orders.csv': 'abc' };
    const publication = new Publication();
    await publication.addRun(WEEKS, smallSample());
    await publication.commit(WEEKS[0], 1, smallSample(), { inputSha256 });
    await publication.publish();
    await publication.world.clock.advance(30 * 3600);
    await publication.addRun(WEEKS, smallSample(), { runId: NEXT, startedAt: '2026-11-24T14:00:00.000Z' });
    await publication.commit(WEEKS[0], 1, smallSample(), { runId: NEXT, inputSha256 });
    await publication.publish(NEXT);
    expect(stale(publication.summary('run-2/r1').alerts)).toEqual([
      expect.stringContaining('orders.csv is the same, byte for byte, as 30 hours ago in run run-1'),
    ]);

    const files = new Map(smallSample());
    files.delete('orders.csv');
    expect(stale(await alertsOf(files))).toEqual([
      'no order is placed yet, 6 days before the first delivery; there is no orders.csv',
    ]);
    const run = { startedAt: '2027-01-04T08:00:00.000Z' };
    expect(stale(await alertsOf(smallSample(), { run }))).toEqual([
      '2026-W49 to 2026-W50: every delivery was before the run was started',
    ]);
  });

  it('count what would not keep until its delivery', async () => {
    const none = String(smallSample().get('skus.csv')).replaceAll(/,\d*$/gm, ',');
    const milk = spoil(new Map(smallSample()).set('skus.csv', none), 'skus.csv', /(SKU-1002,.*),$/m, '$1,3');
    const [alert] = ofKind(await alertsOf(milk), 'short_shelf_life');
    expect(alert.message).toMatch(/^1 ingredient would not keep .*Chicken thighs keeps 3 days/);
    const keeps = spoil(milk, 'skus.csv', /(SKU-1002,.*),3$/m, '$1,60');
    expect(ofKind(await alertsOf(keeps), 'short_shelf_life')).toEqual([]);
  });

  it('state the attempt that a failed week made', async () => {
    const publication = await Publication.of([WEEKS[1]]);
    await publication.publish();
    const { weeks, alerts } = publication.summary();
    expect(weeks[0]).toMatchObject({ status: 'FAILED', attempt: 1 });
    expect(alerts[0]).toMatchObject({ severity: 'error', kind: 'week_failed' });
  });
});
