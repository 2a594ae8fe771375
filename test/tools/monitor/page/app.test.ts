/** The monitor's page as a person uses it: in a real browser, with and without a mouse, in both colour schemes. */
import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { startMonitor, type Monitor } from '../../../../tools/monitor/server/server.ts';
import { findChromium } from './chromium.ts';
import { MadeSource, madeFiles } from '../made-runs.ts';

const program = findChromium();
if (program === undefined) {
  process.stderr.write(
    'The monitor is not tested in a browser: there is no Chromium here. LARDER_CHROMIUM=<path> names one.\n',
  );
}
const inBrowser = program === undefined ? describe.skip : describe;
const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const NASTY = '<script>document.title="taken"</script>';
jest.setTimeout(120_000);

let browser: Browser;
let source: MadeSource;
let monitor: Monitor;
/** What the browser complained of, and every address it asked. */
let complaints: string[];
let asked: string[];

beforeAll(async () => {
  if (program === undefined) return;
  browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
});
afterAll(() => (browser as Browser | undefined)?.close());

beforeEach(async () => {
  [complaints, asked] = [[], []];
  source = new MadeSource();
  source.add({
    runId: 'done',
    status: 'PUBLISHED',
    revision: 2,
    label: 'Friday',
    stages: { '2026-W49': 'CCC', '2026-W50': 'CCC' },
  });
  source.add({
    runId: 'mixed',
    status: 'PARTIAL',
    revision: 1,
    label: `Monday ${NASTY}`,
    failureText: `menu.csv line 3: ${NASTY} =HYPERLINK("http://evil.example")`,
    stages: { '2026-W49': 'CCC', '2026-W50': 'CF.', '2026-W51': 'F..' },
  });
  source.add({
    runId: 'live',
    status: 'RUNNING',
    stages: { '2026-W49': 'CCR', '2026-W50': 'CT.', '2026-W51': '...' },
  });
  const files = madeFiles({
    weeks: ['2026-W49', '2026-W50'],
    days: ['2026-11-30', '2026-12-01', '2026-12-02'],
    factories: ['OAK', 'SPA', 'WAR'],
    skus: [NASTY, '=HYPERLINK("http://evil.example")', ...Array.from({ length: 60 }, (_, s) => `Herb ${s}`)],
    withChanges: true,
  });
  for (const [name, body] of files) {
    source.files.set(`done/r2/${name}`, body);
    source.files.set(`mixed/r1/${name}`, body);
  }
  monitor = await startMonitor(source, { port: 0, allowReplay: true });
});
afterEach(async () => {
  for (const context of (browser as Browser | undefined)?.contexts() ?? []) await context.close();
  await (monitor as Monitor | undefined)?.close();
});

async function open(path: string, viewport = DESK): Promise<Page> {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(new URL(path, monitor.url).href);
  await page.locator('h1').waitFor();
  return page;
}

/** @param rules of axe-core; absent: all of them */
async function violations(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(AXE);
  const options = JSON.stringify({ resultTypes: ['violations'], ...(rules ? { runOnly: rules } : {}) });
  const { violations: found } = await page.evaluate<AxeResults>(`axe.run(${options})`);
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`);
}

/** What is to be seen before a view is looked at. */
const VIEWS: readonly (readonly [string, string, string])[] = [
  ['all runs', '/runs', 'role=link[name=/Friday/]'],
  ['a run under way', '/', 'role=cell >> text=Retrying'],
  ['a run with failed weeks', '/runs/mixed', 'text=InputRefused >> nth=0'],
  ['a failed week', '/runs/mixed/weeks/2026-W50', 'text=Next:'],
  ['a week that is done', '/runs/done/weeks/2026-W49', 'role=heading[name="Forecast sites"]'],
  ['the factories', '/runs/done/factories', 'role=slider >> nth=2'],
  ["a week's factories", '/runs/done/factories?week=2026-W50', 'role=slider >> nth=2'],
  ['the ingredients', '/runs/done/quantities', 'role=row >> nth=50'],
  ['no ingredients that fit', '/runs/done/quantities?search=nothing', 'text=Nothing fits'],
  ['the changes', '/runs/done/changes', 'role=row >> nth=50'],
  ['nothing published', '/runs/live/changes', 'text=Nothing is published yet'],
  ['no such run', '/runs/nobody', 'text=There is no run'],
];

inBrowser('the monitor', () => {
  it.each(VIEWS)('shows %s to everyone: at a desk, on a phone, in light and dark', async (_name, path, seen) => {
    for (const viewport of [DESK, PHONE]) {
      const page = await open(path, viewport);
      await page.locator(seen).waitFor();
      const width = await page.evaluate<number>('document.documentElement.scrollWidth');
      expect(width).toBeLessThanOrEqual(viewport.width);
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await violations(page)).toEqual([]);
      // Nothing but the colours depends on the scheme.
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violations(page, ['color-contrast'])).toEqual([]);
      await page.context().close();
    }
  });

  it('shows names as they are', async () => {
    const page = await open('/runs/done/quantities?search=script');
    await page.locator('role=rowheader').first().waitFor();
    expect(await page.locator('role=rowheader').first().textContent()).toContain(NASTY);
    expect(await page.locator('a[href*="evil"]').count()).toBe(0);
  });

  it('follows a run while it goes on, and says what happens', async () => {
    const page = await open('/runs/live');
    const cell = page.locator('tr', { hasText: '2026-W49' }).locator('td').nth(2);
    await cell.locator('text=Running').waitFor();
    source.add({
      runId: 'live',
      status: 'RUNNING',
      stages: { '2026-W49': 'CCC', '2026-W50': 'CC.', '2026-W51': 'F..' },
    });
    await cell.locator('text=Done').waitFor();
    const news = page.locator('[aria-live=polite]');
    await news.locator('text=2026-W51: failed').waitFor({ state: 'attached' });
    expect(await news.textContent()).toContain('2026-W49: done');
  });

  it('says so when the monitor has ended, and goes on when it is back', async () => {
    const page = await open('/runs/done');
    const { port } = new URL(monitor.url);
    await monitor.close();
    await page.locator('role=alert >> text=does not answer').waitFor();
    monitor = await startMonitor(source, { port: Number(port), allowReplay: true });
    await page.locator('role=alert').waitFor({ state: 'detached' });
  });

  it('finds, filters, sorts and pages the ingredients', async () => {
    const page = await open('/runs/done/quantities');
    const rows = page.locator('tbody tr');
    const status = page.locator('.pager [role=status]');
    await status.locator('text=1–50 of 1,116 rows').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    await status.locator('text=51–100').waitFor();
    await page.getByLabel('Search').fill('hyperlink');
    await status.locator('text=1–18 of 18 rows').waitFor();
    await page.getByLabel('Week').selectOption('2026-W50');
    await page.getByLabel('Factory').selectOption('SPA');
    await status.locator('text=1–3 of 3 rows').waitFor();
    expect(await rows.count()).toBe(3);
    // The view is its address: what is loaded again is the same.
    await page.reload();
    await status.locator('text=1–3 of 3 rows').waitFor();
    await page.getByLabel('Search').fill('');
    await page.getByRole('button', { name: 'Ingredient' }).click();
    await page.locator('th[aria-sort=ascending] >> text=Ingredient').waitFor();
    await page.locator('tbody tr:first-child >> text=script').waitFor();
    await page.getByRole('button', { name: 'Ingredient' }).click();
    await page.locator('th[aria-sort=descending] >> text=Ingredient').waitFor();
    await page.locator('tbody tr:first-child >> text=Herb 59').waitFor();
  });

  it('is used without a mouse', async () => {
    const page = await open('/runs/mixed');
    await page.locator('role=link[name="2026-W50"]').waitFor();
    const focused = () => page.evaluate<string>('document.activeElement.textContent.trim()');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    const tabTo = async (text: string) => {
      for (let press = 0; press < 40; press++) {
        await page.keyboard.press('Tab');
        if ((await focused()) === text) return;
      }
      throw new Error(`No tab leads to ${text}.`);
    };
    await tabTo('2026-W50');
    expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).not.toBe('none');
    await page.keyboard.press('Enter');
    await page.locator('role=link[name="2026-W50"][expanded=true]').waitFor();
    await tabTo('Replay 2026-W50 …');
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    expect(source.replays).toEqual([]);
    await page.goto(new URL('/runs/done/factories', monitor.url).href);
    const bars = page.getByRole('slider', { name: /Factory SPA/ });
    await bars.focus();
    await page.keyboard.press('ArrowRight');
    expect(await bars.getAttribute('aria-valuetext')).toMatch(/^Mon 30 Nov: 110 of 100 boxes, 110%/);
    await page.keyboard.press('End');
    expect(await bars.getAttribute('aria-valuenow')).toBe('6');
  });

  it('replays failed weeks, asks for the reason, and says what came of it', async () => {
    const page = await open('/runs/mixed');
    await page.getByRole('button', { name: 'Replay 2 failed weeks …' }).click();
    const dialog = page.locator('dialog[open]');
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Replay' }).click();
    expect(source.replays).toEqual([]);
    await dialog.getByLabel('Reason').fill('The menu is mended.');
    await dialog.getByLabel('From').selectOption('simulate');
    source.refusal = 'The run was cancelled.';
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await dialog.locator('role=alert >> text=The run was cancelled.').waitFor();
    source.refusal = undefined;
    await dialog.getByRole('button', { name: 'Replay' }).click();
    await page.locator('role=status >> text=Replaying 2026-W50, 2026-W51.').waitFor();
    expect(source.replays).toEqual([
      { runId: 'mixed', weeks: ['2026-W50', '2026-W51'], from: 'simulate', reason: 'The menu is mended.' },
    ]);
  });

  it('has no replay to offer unless it was started for it', async () => {
    await monitor.close();
    monitor = await startMonitor(source, { port: 0, allowReplay: false });
    const page = await open('/runs/mixed/weeks/2026-W50');
    await page.locator('text=larder replay mixed --week 2026-W50').waitFor();
    expect(await page.getByRole('button', { name: /Replay/ }).count()).toBe(0);
    expect(await page.locator('text=Read-only').count()).toBe(1);
  });

  it('holds a page of rows, whatever the size of the table', async () => {
    const weeks = Array.from({ length: 52 }, (_, w) => `2027-W${String(w + 1).padStart(2, '0')}`);
    const skus = Array.from({ length: 2_000 }, (_, s) => `Ingredient ${s}`);
    source.add({
      runId: 'year',
      status: 'PUBLISHED',
      revision: 1,
      stages: Object.fromEntries(weeks.map((week) => [week, 'CCC'])),
    });
    const files = madeFiles({ weeks, days: ['2027-01-04'], factories: ['OAK'], skus });
    for (const [name, body] of files) source.files.set(`year/r1/${name}`, body);
    const page = await open('/runs/year/quantities');
    const status = page.locator('.pager [role=status]');
    await status.locator('text=of 104,000 rows').waitFor();
    expect(await page.locator('tbody tr').count()).toBe(50);
    await page.getByLabel('Search').pressSequentially('ingredient 1234');
    await status.locator('text=1–50 of 52 rows').waitFor();
    await page.getByRole('link', { name: /Factories/ }).click();
    await page.getByRole('slider').waitFor();
    expect(await page.locator('.factory *').count()).toBeLessThan(200);
  });
});
