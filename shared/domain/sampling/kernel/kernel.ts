/**
 * The innermost loops of the simulator, compiled from `assembly/` (docs/decisions/kernel.md). They work in a memory of
 * their own, on some two thousand orders at a time: what goes in is copied there, what comes out is valid until the next call.
 */

import { BINARY } from './binary.ts';

/** Addresses in the kernel's memory; `assembly/memory.ts` says what is there. */
type Address =
  | 'CARRIED'
  | 'CLASS'
  | 'CLASS_COUNT'
  | 'CLASS_MASK'
  | 'COUNTS'
  | 'DAY'
  | 'FACTORY'
  | 'FIRST'
  | 'LABEL_FIRST'
  | 'LABEL_SECOND'
  | 'MASK'
  | 'NEXT_START'
  | 'PRODUCT'
  | 'PRODUCT_FIRST'
  | 'PRODUCT_MASK'
  | 'PRODUCT_SECOND'
  | 'RECIPE'
  | 'SECOND'
  | 'UNITS'
  | 'UNITS_UP_TO'
  | 'UNIT_BOX'
  | 'UNIT_PRODUCT'
  | 'WORDS';

/** Each function is described where it is written, in `assembly/`. */
interface Exports extends Readonly<
  Record<Address | 'MOST' | 'MOST_CLASSES' | 'unitsDrawn', WebAssembly.Global>
> {
  readonly memory: WebAssembly.Memory;
  readonly setKey: (k0: number, k1: number, k2: number, k3: number, k4: number) => void;
  readonly fillRandom: (first: number, count: number, draw: number, stream: number, scenario: number) => void;
  readonly drawSets: (first: number, count: number, k: number, scenario: number) => number;
  readonly countPicks: (count: number, k: number, recipes: number) => void;
  readonly enterStratum: (size: number, limit: number) => void;
  readonly placeUnits: (product: number, factories: number, units: number, firstBlock: number) => number;
  readonly sortLines: (start: number) => number;
  readonly clearClasses: () => void;
  readonly classCount: () => number;
  readonly classOf: (mask: number) => number;
  readonly classify: (count: number) => void;
  readonly countLabels: (boxes: number, scenario: number) => void;
  readonly drawUnits: (first: number, count: number, unit: number, scenario: number) => number;
  readonly giveAndCount: (
    count: number,
    k: number,
    first: number,
    perFactory: number,
    perRecipe: number,
    factories: number,
    left: number,
    turn: number,
  ) => void;
}

/** The kernel's functions. */
export const kernel = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(BINARY)))
  .exports as unknown as Exports;

/** Orders, or random blocks, of one call at the most. */
export const MOST: number = kernel.MOST.value;
const MOST_LINES = 10 * MOST;
const FIRST_ENTRIES = 1 << 13;
/** Entries of a second table, and all that a 16-bit index can be. */
const INDICES = 1 << 16;
const PAGE_BYTES = 65_536;

/** What the kernel's memory holds. */
type Views = ReturnType<typeof viewsOf>;

let current = viewsOf(kernel.memory.buffer);

/**
 * The kernel's memory.
 *
 * @param cells for `counts` at least; views handed out before may be void when more are asked for than ever
 */
export function views(cells = 0): Views {
  const missing = cells - current.counts.length;
  if (missing > 0) {
    kernel.memory.grow(Math.ceil((4 * missing) / PAGE_BYTES));
    current = viewsOf(kernel.memory.buffer);
  }
  return current;
}

function viewsOf(buffer: ArrayBuffer) {
  const bytes = (at: Address, length: number) => new Uint8Array(buffer, kernel[at].value, length);
  const halves = (at: Address, length: number) => new Uint16Array(buffer, kernel[at].value, length);
  const words = (at: Address, length: number) => new Int32Array(buffer, kernel[at].value, length);
  return {
    first: halves('FIRST', FIRST_ENTRIES),
    second: halves('SECOND', INDICES),
    carried: words('CARRIED', INDICES),
    words: new Uint32Array(buffer, kernel.WORDS.value, 4 * MOST),
    recipe: halves('RECIPE', 8 * MOST),
    mask: words('MASK', MOST),
    day: bytes('DAY', MOST),
    product: halves('PRODUCT', MOST_LINES),
    units: bytes('UNITS', MOST_LINES),
    nextStart: words('NEXT_START', MOST),
    labelFirst: halves('LABEL_FIRST', FIRST_ENTRIES),
    labelSecond: halves('LABEL_SECOND', INDICES),
    productFirst: halves('PRODUCT_FIRST', FIRST_ENTRIES),
    productSecond: halves('PRODUCT_SECOND', INDICES),
    productMask: words('PRODUCT_MASK', INDICES),
    unitsUpTo: words('UNITS_UP_TO', 16),
    unitBox: halves('UNIT_BOX', MOST_LINES),
    unitProduct: halves('UNIT_PRODUCT', MOST_LINES),
    class: halves('CLASS', MOST),
    classMask: words('CLASS_MASK', INDICES),
    classCount: words('CLASS_COUNT', INDICES),
    factory: bytes('FACTORY', MOST),
    /** As many as the memory holds. */
    counts: new Int32Array(buffer, kernel.COUNTS.value),
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
