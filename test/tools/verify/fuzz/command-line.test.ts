/** Command lines and folders that are wrong: a paragraph on standard error and the right exit code. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { weekOfDate } from '../../../../shared/domain/iso-week.ts';
import { InputRefused } from '../../../../shared/pipeline/errors.ts';
import { planRun } from '../../../../shared/pipeline/run/plan-run.ts';
import { UsageError } from '../../../../tools/cli/errors.ts';
import { requestOf } from '../../../../tools/cli/request.ts';
import { inputFiles, smallSample } from '../../../shared/pipeline/inputs/files.ts';
import { larderIn, temporaryFolder, type Ended } from '../../cli/larder.ts';
import { anyText, holds, mutated, mutation, TEST_MS } from './fuzz.ts';

jest.setTimeout(TEST_MS);
const folder = temporaryFolder();
const larder = larderIn(folder);
const published = () => (existsSync(join(folder, 'out')) ? readdirSync(join(folder, 'out')) : []);

function write(name: string, files: ReadonlyMap<string, string | Uint8Array>): void {
  mkdirSync(join(folder, name), { recursive: true });
  for (const [file, body] of files) writeFileSync(join(folder, name, file), body);
}

function expectRefused({ code, stderr }: Ended): void {
  expect(code).toBe(2);
  expect(stderr).not.toMatch(/^\s+at |TypeError|RangeError|node:internal/m);
  expect(stderr.trim()).not.toBe('');
}

describe('the settings of a run', () => {
  it('from any words are accepted, or refused in words that name them', () => {
    const files = smallSample();
    const word = fc.oneof(anyText, fc.constantFrom('2', '2026-W49', 'OAK:2026-11-30=5', '2026-W49=1.2', 'upcoming'));
    const some = fc.option(word, { nil: undefined });
    const words = fc.record({
      weeks: some,
      start: some,
      cap: fc.array(word, { maxLength: 2 }),
      volume: fc.array(word, { maxLength: 2 }),
      label: some,
      notify: fc.array(word, { maxLength: 1 }),
    });
    return holds(words, 250, async (options) => {
      const deps = { openInputs: () => inputFiles(files), defaultInput: 'in' };
      try {
        const plan = await planRun(deps, requestOf(options), weekOfDate('2026-11-23'));
        expect(plan.weeks.length).toBeGreaterThan(0);
      } catch (error) {
        const refused = error instanceof InputRefused || error instanceof UsageError;
        expect([refused, String(error)]).toEqual([
          true,
          expect.stringMatching(/expected|--\w+|settings\.|has no row|lists|only for/),
        ]);
      }
    });
  });
});

const commands = ['run', 'validate', 'sample', 'status', 'replay', 'cancel', 'diff', 'accuracy', 'cost', 'bench'];
const options = [
  '--weeks',
  '--start',
  '--scenarios',
  '--seed',
  '--max-concurrency',
  '--cap',
  '--volume',
  '--port',
  '--on',
  '--from',
  '--what',
];

describe('larder', () => {
  beforeAll(() => write('in', smallSample()));

  it('refuses options that mean nothing, and runs nothing', () =>
    holds(
      fc.tuple(
        fc.constantFrom(...commands),
        fc.constantFrom(...options),
        fc.constantFrom('', 'NaN', '-1', '1e9', '0x10', '=cmd()', '2026-W54', 'x'.repeat(300), '🍅'),
      ),
      6,
      async ([command, option, value]) => {
        expectRefused(await larder([command, `${option}=${value}`, '--input', 'in']));
        expect(published()).toEqual([]);
      },
    ));

  it('refuses spoilt files in validate and run alike, or runs them to an end', () =>
    holds(
      fc.tuple(fc.constantFrom(...smallSample().keys()), fc.array(mutation, { minLength: 1, maxLength: 3 })),
      3,
      async ([file, mutations]) => {
        const before = published();
        const bytes = mutations.reduce<Uint8Array>(mutated, Buffer.from(String(smallSample().get(file))));
        write('spoilt', new Map<string, string | Uint8Array>(smallSample()).set(file, bytes));
        const [validated, ran] = await Promise.all([
          larder(['validate', '--input', 'spoilt']),
          larder(['run', '--input', 'spoilt', '--scenarios', '5', '--json']),
        ]);
        if (validated.code === 2) expectRefused(validated);
        // What is wrong with one week alone fails that week.
        expect(validated.code === 0 ? [0] : [1, 2, 3]).toContain(ran.code);
        expect(ran.stderr).not.toMatch(/^\s+at |TypeError|RangeError/m);
        if (ran.code === 2) expect(published()).toEqual(before);
      },
    ));

  it('run --out says at once where nothing can be written', async () => {
    writeFileSync(join(folder, 'a-file'), '');
    const outs = ['a-file', 'a-file/below', 'x'.repeat(300)];
    for (const ended of await Promise.all(outs.map((out) => larder(['run', '--input', 'in', '--out', out])))) {
      expectRefused(ended);
      expect(ended.stderr).toMatch(/^larder: --out .*expected a folder that can be written to/);
    }
    expect((await larder(['runs'])).stdout).not.toContain('PUBLISHED');
  });
});
