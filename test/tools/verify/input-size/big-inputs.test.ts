/** Input of a size that no person types; `npm run test:input-size` does the same with two million lines and 1 GB. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ENDLESS,
  measuredLarder,
  writeEndlessLine,
  writeManyOrders,
  type Endless,
} from '../../../../tools/verify/input-size/big-inputs.ts';

jest.setTimeout(60_000);
const MEGABYTE = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'larder-size-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('a hundred thousand lines of placed orders are read', async () => {
  await writeManyOrders(join(folder, 'many'), 100_000);
  const { code, peakBytes } = await measuredLarder(['validate', '--input', 'many'], folder);
  expect(code).toBe(0);
  expect(peakBytes).toBeLessThan(400 * MEGABYTE);
});

it.each(Object.keys(ENDLESS) as Endless[])('a line that is 256 MB of %s is refused', async (of) => {
  await writeEndlessLine(join(folder, 'many'), join(folder, of), of, 256 * MEGABYTE);
  const { code, stderr, peakBytes } = await measuredLarder(['validate', '--input', of], folder);
  rmSync(join(folder, of), { recursive: true });
  expect(code).toBe(2);
  expect(stderr).toContain('orders.csv:2: the line is longer than 1048576 characters');
  // Less than the line: it was never in memory.
  expect(peakBytes).toBeLessThan(200 * MEGABYTE);
});
