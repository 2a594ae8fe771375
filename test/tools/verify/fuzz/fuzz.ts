/** What the fuzz tests share. `npm run test:fuzz -- --runs N --seed S` sets how many examples they try, and which. */
import fc from 'fast-check';

const RUNS = Number(process.env['LARDER_FUZZ_RUNS'] ?? '1');
const SEED = Number(process.env['LARDER_FUZZ_SEED'] ?? '1');

/**
 * Tries examples until one does not hold; a failure names its seed, its path and the smallest example.
 *
 * @param runs how many, times what `--runs` asks for (1 in CI)
 */
export async function holds<T>(
  examples: fc.Arbitrary<T>,
  runs: number,
  check: (example: T) => Promise<void>,
): Promise<void> {
  await fc.assert(fc.asyncProperty(examples, check), { numRuns: Math.round(runs * RUNS), seed: SEED });
}

/** How long one test may take, in milliseconds. */
export const TEST_MS = 60_000 * Math.max(1, RUNS);

/** Values that have upset many a program, none of them what any cell wants. */
export const NASTY = [
  '',
  'NaN',
  'inf inf',
  '-1',
  '-0.5',
  '1e999',
  '99999999999999999999999',
  '0x10',
  '1_000',
  '1,5',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  '2026-W54',
  '2026-13-45',
  '2026-02-30',
  '=cmd()',
  '+SUM(A1)',
  '@x',
  '<script>alert(1)</script>',
  '\0',
  'a\0b',
  '\u001b[31m',
  '\u202Egnp.exe',
  '🍅'.repeat(40),
  'x'.repeat(300),
  'é'.repeat(1_001),
  'line\nbreak',
  'car\r\nriage',
  '"quoted"',
  '*|*',
  '{{x}}',
  '../../etc/passwd',
] as const;

/** A cell as RFC 4180 writes it. */
export function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

/** Any character. fast-check's own unit 'binary' is the same, but takes seconds to set up. */
const anyCharacter = fc
  .integer({ min: 0, max: 0x10ffff - 0x800 })
  .map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));

/** Text, or text that programs trip over. */
export const anyText = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: anyCharacter, maxLength: 50 }));

/** What bytes may suffer on their way. */
export const mutation = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'insert', 'repeat', 'truncate'),
  /** Where, as a part of the whole. */
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 200 }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
    fc.constantFrom('"', '\r', '\n', '\r\n', ',', '\0', '\uFEFF', ',,,,', '""').map((text) => Buffer.from(text)),
  ),
});
export type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

export function mutated(before: Uint8Array, { kind, at, length, bytes }: Mutation): Uint8Array {
  const from = Math.floor(at * before.length);
  const [head, chunk, tail] = [
    before.subarray(0, from),
    before.subarray(from, from + length),
    before.subarray(from + length),
  ];
  switch (kind) {
    case 'flip':
      return Buffer.concat([head, chunk.map((byte, i) => byte ^ (bytes[i % bytes.length] | 1)), tail]);
    case 'cut':
      return Buffer.concat([head, tail]);
    case 'insert':
      return Buffer.concat([head, bytes, chunk, tail]);
    case 'repeat':
      return Buffer.concat([head, chunk, chunk, tail]);
    case 'truncate':
      return head;
  }
}
