/** Small bar charts as PNG: no text in them, and colours that can be told apart on white and on black. */
import { PNG } from 'pngjs';

export interface Bar {
  readonly value: number;
  /** Drawn as a line across the bar; null without one. */
  readonly limit: number | null;
}

type Colour = readonly [red: number, green: number, blue: number];

const BAR: Colour = [58, 157, 135];
const LIMIT: Colour = [138, 147, 163];
/** In pixels. */
const WIDTH = 840;
const HEIGHT = 96;
const GROUP_GAP = 20;
const LINE_HEIGHT = 4;

/** How large a client is to show it: twice the pixels, for sharp screens. */
export const CHART_SIZE = { width: WIDTH / 2, height: HEIGHT / 2 } as const;

/** Groups of bars side by side, every group as wide as the next, on one scale; transparent between them. */
export function barChart(groups: readonly (readonly Bar[])[]): Buffer {
  const png = new PNG({ width: WIDTH, height: HEIGHT });
  const bars = groups.flat();
  const top = bars.reduce((highest, { value, limit }) => Math.max(highest, value, limit ?? 0), 1);
  const scale = (HEIGHT - LINE_HEIGHT) / top;
  const groupWidth = (WIDTH - GROUP_GAP * (groups.length - 1)) / Math.max(1, groups.length);
  groups.forEach((group, g) => {
    const slot = groupWidth / Math.max(1, group.length);
    const gap = Math.min(8, slot / 4);
    group.forEach(({ value, limit }, b) => {
      const left = Math.round(g * (groupWidth + GROUP_GAP) + b * slot);
      const right = Math.max(left + 1, Math.round(left + slot - gap));
      fill(png, BAR, left, HEIGHT - Math.max(value > 0 ? 2 : 0, Math.round(value * scale)), right, HEIGHT);
      if (limit === null) return;
      const level = HEIGHT - Math.round(limit * scale);
      fill(png, LIMIT, left, Math.max(0, level - LINE_HEIGHT), right, Math.max(LINE_HEIGHT, level));
    });
  });
  // Flat colours are smallest unfiltered (and compressed by repeats, which is no default here); filters take time.
  return PNG.sync.write(png, { filterType: 0, deflateStrategy: 0 });
}

function fill(png: PNG, colour: Colour, left: number, top: number, right: number, bottom: number): void {
  const pixel = Buffer.from([...colour, 255]);
  for (let y = top; y < bottom; y++) {
    const row = 4 * y * png.width;
    png.data.fill(pixel, row + 4 * left, row + 4 * right);
  }
}
