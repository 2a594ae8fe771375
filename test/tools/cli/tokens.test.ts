/** Task tokens of a whole run, a failed week and a replay: none is in anything that people read or keep. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LARDER, runNode } from '../../../tools/verify/node-process.ts';
import { temporaryFolder } from './larder.ts';

jest.setTimeout(120_000);
const folder = temporaryFolder();
const record = join(folder, 'tokens.txt');

/** Everything that the command prints; its tokens are noted beside. */
async function larder(...args: string[]): Promise<string> {
  const node = ['--import', resolve('test/tools/cli/record-tokens.js'), LARDER, ...args];
  const env = { ...process.env, LARDER_TEST_TOKENS: record };
  const { stdout, stderr } = await runNode(node, { cwd: folder, env });
  return stderr + stdout;
}

/** Every file below the folder but the table's own store: that keeps what it has forgotten, until it is compacted. */
function filesOf(root: string): string[] {
  return readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    const path = join(root, entry.name);
    if (path === record || path === join(folder, '.larder', 'dynamo')) return [];
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

it('a run, a replay and their commands show no task token in any output, log, mail or file', async () => {
  await larder('sample', '--out', 'in', '--boxes', '200', '--recipes', '12', '--weeks', '2');
  const days = join(folder, 'in', 'delivery_days.csv');
  const whole = readFileSync(days, 'utf8');
  const [, week = ''] = /^(2\d\d\d-W\d\d),/m.exec(whole) ?? [];
  writeFileSync(days, whole.replaceAll(new RegExp(`^${week},.*\n`, 'gm'), ''));
  const printed = [await larder('run', '--input', 'in', '--json')];
  const { run_id } = JSON.parse(printed[0].slice(printed[0].indexOf('{'))) as { run_id: string };
  writeFileSync(days, whole);
  printed.push(await larder('replay', run_id, '--failed', '--reason', 'mended'));
  printed.push(await larder('status', run_id, '--json'), await larder('runs', '--json'));

  const tokens = readFileSync(record, 'utf8').trim().split('\n');
  // Three stages of the week that went through, and the one that failed.
  expect(tokens.length).toBeGreaterThanOrEqual(4);
  const files = filesOf(folder);
  expect(files.some((file) => file.endsWith('log.jsonl'))).toBe(true);
  expect(files.some((file) => file.endsWith('.eml'))).toBe(true);
  const texts = [...printed, ...files.map((file) => readFileSync(file, 'latin1'))];
  for (const token of tokens) expect(texts.filter((text) => text.includes(token))).toEqual([]);
});
