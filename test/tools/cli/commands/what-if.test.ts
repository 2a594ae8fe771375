/** Runs that only ask what would be: `larder run` with `--cap`, `--volume` and `--notify`. */
import { readFileSync } from 'node:fs';
import { larderIn, mailsIn, runOf, temporaryFolder, type Printed } from '../larder.ts';

jest.setTimeout(120_000);
const folder = temporaryFolder();
const larder = larderIn(folder);
const run = (...args: string[]) => runOf(larder, ...args);

let baseline: Printed;
beforeAll(async () => {
  await larder(['sample', '--out', 'in', '--boxes', '100', '--recipes', '12', '--weeks', '1']);
  baseline = await run();
});

describe('a what-if', () => {
  it('mails nobody by itself, and says so', async () => {
    const { run_id } = await run('--volume', '2026-W49=1.3');
    expect(mailsIn(folder)).toHaveLength(1);
    expect((await larder(['status', run_id])).stdout).toContain('mail not asked');
  });

  it('mails who asked, and is no baseline of the next run', async () => {
    await run('--cap', 'SPA:2026-12-01=0', '--notify', 'ada@example.com');
    expect(mailsIn(folder)).toHaveLength(2);
    const texts = mailsIn(folder).map((file) => readFileSync(file, 'utf8'));
    expect(texts.filter((text) => text.includes('To: ada@example.com'))).toHaveLength(1);
    expect((await run()).previous).toMatchObject({ run_id: baseline.run_id });
  });
});
