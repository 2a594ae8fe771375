/** What the numbers were made from, and how to read them. */
import type { RunSettings } from '../../pipeline/settings.ts';
import type { Cell, Sheet, StyledCell } from '../../xlsx/sheet.ts';

export interface Provenance {
  readonly settings: RunSettings;
  /** Where the inputs were read from. */
  readonly input: string;
  /** SHA-256 of each input file. */
  readonly inputSha256: Readonly<Record<string, string>>;
  readonly codeVersion: string;
  readonly thresholds: Readonly<Record<string, number>>;
}

const READING = [
  'Placed and simulated together are the central scenario: one order book of the expected boxes,',
  'whose week, day, box size and recipe totals are exact.',
  'P10, P50 and P90 are quantiles over the scenarios, each of its own total: they do not add up.',
  'Ingredients are whole packs, products units, recipes the boxes that hold them.',
  'An empty cell is not known.',
  'P90 over cap: the boxes above the cap in the P90 of what would come without it; they go elsewhere.',
  'Change: P50 now less P50 of the forecast it is compared with, on delivery dates that both have.',
];

export function inputsSheet(provenance: Provenance): Sheet {
  return {
    name: 'Inputs & assumptions',
    columns: [
      { width: 30, style: 'text' },
      { width: 90, style: 'text' },
    ],
    rows: rowsOf(provenance),
  };
}

function rowsOf({ settings, input, inputSha256, codeVersion, thresholds }: Provenance): Cell[][] {
  const { constraints, capOverrides, volumeMultiplier } = settings;
  return [
    [{ value: 'Inputs & assumptions', style: 'title' }],
    ...section(
      'How to read the numbers',
      READING.map((line): Cell[] => ['', line]),
    ),
    ...section('Settings', [
      ['Scenarios', settings.scenarios],
      ['Seed', settings.seed],
      ['Code version', codeVersion],
      ...pairs('Constraint', constraints),
      ...capOverrides.map(({ factory, deliveryDate, cap }): Cell[] => [
        'Cap by hand',
        `${factory} on ${deliveryDate}: ${cap === 'inf' ? 'no cap' : String(cap)}`,
      ]),
      ...pairs('Volume by hand', volumeMultiplier),
    ]),
    ...section('Alert thresholds', pairs('', thresholds)),
    ...section('Input files', [
      ['Read from', input],
      ...Object.entries(inputSha256).map(([file, sha256]): Cell[] => [file, `SHA-256 ${sha256}`]),
    ]),
  ];
}

function section(name: string, rows: readonly Cell[][]): Cell[][] {
  if (rows.length === 0) return [];
  const heading: StyledCell = { value: name, style: 'heading' };
  return [[], [heading], ...rows];
}

function pairs(prefix: string, values: Readonly<Record<string, unknown>>): Cell[][] {
  return Object.entries(values).map(([name, value]) => [
    [prefix, name].filter((part) => part !== '').join(': '),
    typeof value === 'number' ? value : String(value),
  ]);
}
