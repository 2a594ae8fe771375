import { ROOT } from '../../../../infra/root.ts';
import { runNode } from '../../../../tools/verify/node-process.ts';

jest.setTimeout(180_000);

/** The command as `npm run test:faults` runs it, and all that it prints. */
async function faults(...args: string[]) {
  const { code, stdout, stderr } = await runNode(['tools/run.js', 'tools/verify/faults/main.ts', ...args], {
    cwd: ROOT,
  });
  return { code, output: stdout + stderr };
}

const traceOf = ({ output }: Awaited<ReturnType<typeof faults>>) => output.slice(output.indexOf('     0.000 '));

test('every invariant holds in three hundred schedules', async () => {
  const { code, output } = await faults('--schedules', '300');
  expect(output).toMatch(/^300 schedules from seed 1 /);
  expect(output).toMatch(/^0 violations of \d+ invariants$/m);
  expect(code).toBe(0);
});

test('one seed gives one trace, byte for byte, and another seed another', async () => {
  const one = await faults('--seed', '7', '--schedules', '1', '--verbose');
  const again = await faults('--seed', '7', '--schedules', '1', '--verbose');
  const other = await faults('--seed', '8', '--schedules', '1', '--verbose');
  expect(traceOf(one)).toMatch(/ExecutionStarted[^]*\ntrace [0-9a-f]{64}\n/);
  expect(traceOf(again)).toBe(traceOf(one));
  expect(traceOf(other)).not.toBe(traceOf(one));
});

test.each([
  ['call-back-before-commit', 'answer-follows-commit'],
  ['same-fence-for-all', 'fence-holds'],
  ['week-without-a-catch', 'siblings-go-on'],
])('finds %s, shrinks its seed and prints the command that repeats it', async (mutation, invariant) => {
  const found = await faults('--schedules', '2000', '--mutation', mutation);
  expect(found.code).toBe(1);
  expect(found.output).toContain(`BROKEN ${invariant}: `);
  const command = new RegExp(`npm run test:faults -- (--seed .* --mutation ${mutation} --verbose)`);
  const args = command.exec(found.output)?.[1].split(' ') ?? [];
  const first = await faults(...args);
  expect(first.code).toBe(1);
  expect(first.output).toContain(`BROKEN ${invariant}: `);
  expect(traceOf(await faults(...args))).toBe(traceOf(first));
  const sha256 = /trace ([0-9a-f]{64})/;
  expect(sha256.exec(first.output)?.[1]).toBe(sha256.exec(found.output)?.[1]);
});

test('refuses an unknown mutation and a wrong number, without a stack trace', async () => {
  for (const args of [
    ['--mutation', 'no-such'],
    ['--seed', '-1'],
  ]) {
    const { code, output } = await faults(...args);
    expect(code).toBe(1);
    expect(output).toMatch(/^error: option /);
    expect(output).not.toMatch(/^\s+at /m);
  }
});
