/** What the command line refuses before anything runs. */
import { larderIn, temporaryFolder, type Ended } from './larder.ts';

jest.setTimeout(120_000);
const larder = larderIn(temporaryFolder());

const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [['run', '--input', 'in', '--weeks', 'four'], /--weeks four: "four" is no ISO week; expected a count such as 4/],
  [['run', '--input', 'in', '--weeks', '99'], /99 weeks were asked for, and weeks\.csv lists 6/],
  [['run', '--input', 'in', '--cap', 'OAK=5'], /--cap OAK=5: expected FACTORY:DATE=N/],
  [['run', '--input', 'in', '--cap', 'ELM:2026-11-30=5'], /there is no factory ELM; expected one of OAK/],
  [['run', '--input', 'in', '--volume', '2026-W49=0'], /volumeMultiplier/],
  [['run', '--input', 'in', '--seed', '-1'], /Expected a whole number/],
  [['run', '--input', 'nowhere'], /nowhere is no folder/],
  [['run', '--input', 'in', '--notify', 'ada@example.com'], /settings\.notify/],
  [['run', '--input', 'in', '--volume', '2026-W49=2', '--notify', 'a@b.c,d@e.f'], /settings\.notify/],
  [['status', 'nobody'], /There is no run nobody/],
  [['bake'], /unknown command/],
];

describe('larder refuses', () => {
  let ended: readonly Ended[];
  beforeAll(async () => {
    const sizes = ['--boxes', '400', '--recipes', '20', '--weeks', '6'];
    expect((await larder(['sample', '--out', 'in', ...sizes])).code).toBe(0);
    // None of them runs anything, so that they run side by side.
    ended = await Promise.all(REFUSED.map(([args]) => larder(args)));
  });

  it.each(REFUSED.map(([args, message], at) => [args, message, at] as const))(
    '%j with exit code 2 and a sentence',
    (_args, message, at) => {
      expect(ended[at]).toMatchObject({ code: 2, stdout: '' });
      expect(ended[at].stderr).toMatch(message);
      expect(ended[at].stderr).not.toMatch(/^\s+at /m);
    },
  );
});
