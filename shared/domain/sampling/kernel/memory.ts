/** The kernel's instance and what stands where in its memory. For `kernel.ts` alone. */

import { PRIMARY_ENTRIES, SECONDARY_ENTRIES } from '../condensed-table.ts';
import { BINARY } from './binary.ts';

/** Addresses in the kernel's memory, and limits; `assembly/memory.ts` says what is there. */
type Constants = Readonly<Record<Uppercase<string>, WebAssembly.Global>>;

/** Each function is described where it is written, in `assembly/`. */
interface Exports extends Constants {
  readonly unitsDrawn: WebAssembly.Global;
  readonly memory: WebAssembly.Memory;
  readonly setKey: (k0: number, k1: number, k2: number, k3: number, k4: number) => void;
  readonly fillRandom: (first: number, count: number, draw: number, stream: number, scenario: number) => void;
  readonly drawSets: (first: number, count: number, k: number, scenario: number) => number;
  readonly countPicks: (count: number, k: number, recipes: number) => void;
  readonly enterBlock: (size: number, limit: number) => void;
  readonly placeUnits: (product: number, factories: number, units: number, firstRandomBlock: number) => number;
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

export const wasm = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(BINARY))).exports as unknown as Exports;

const MAX_ORDERS = wasm.MAX_ORDERS.value;
const MAX_LINES = 10 * MAX_ORDERS;
/** All that a 16-bit index can be. */
const INDICES = 1 << 16;
const PAGE_BYTES = 65_536;

let current = viewsOf(wasm.memory.buffer);

/**
 * The kernel's memory.
 *
 * @param cells for `counts` at least; views handed out before may be void when more are asked for than ever
 */
export function views(cells = 0): ReturnType<typeof viewsOf> {
  const missing = cells - current.counts.length;
  if (missing > 0) {
    wasm.memory.grow(Math.ceil((4 * missing) / PAGE_BYTES));
    current = viewsOf(wasm.memory.buffer);
  }
  return current;
}

function viewsOf(buffer: ArrayBuffer) {
  const bytes = (at: Uppercase<string>, length: number) => new Uint8Array(buffer, wasm[at].value, length);
  const halves = (at: Uppercase<string>, length: number) => new Uint16Array(buffer, wasm[at].value, length);
  const words = (at: Uppercase<string>, length: number) => new Int32Array(buffer, wasm[at].value, length);
  const table = (primary: Uppercase<string>, secondary: Uppercase<string>) => ({
    primary: halves(primary, PRIMARY_ENTRIES),
    secondary: halves(secondary, SECONDARY_ENTRIES),
  });
  return {
    recipes: table('PRIMARY', 'SECONDARY'),
    carriedBy: words('CARRIED', INDICES),
    words: new Uint32Array(buffer, wasm.WORDS.value, 4 * MAX_ORDERS),
    recipe: halves('RECIPE', 8 * MAX_ORDERS),
    mask: words('MASK', MAX_ORDERS),
    day: bytes('DAY', MAX_ORDERS),
    product: halves('PRODUCT', MAX_LINES),
    units: bytes('UNITS', MAX_LINES),
    nextStart: words('NEXT_START', MAX_ORDERS),
    labels: table('LABEL_PRIMARY', 'LABEL_SECONDARY'),
    products: table('PRODUCT_PRIMARY', 'PRODUCT_SECONDARY'),
    productMask: words('PRODUCT_MASK', INDICES),
    unitsUpTo: words('UNITS_UP_TO', 16),
    unitBox: halves('UNIT_BOX', MAX_LINES),
    unitProduct: halves('UNIT_PRODUCT', MAX_LINES),
    class: halves('CLASS', MAX_ORDERS),
    classMask: words('CLASS_MASK', INDICES),
    classCount: words('CLASS_COUNT', INDICES),
    factory: bytes('FACTORY', MAX_ORDERS),
    /** As many as the memory holds. */
    counts: new Int32Array(buffer, wasm.COUNTS.value),
  };
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
