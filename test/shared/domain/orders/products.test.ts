import type { Boxes } from '../../../../shared/domain/model.ts';
import { simulateOrders } from '../../../../shared/domain/orders/simulate-orders.ts';
import { expectSound, makeWeek, sum, unitsOf, zipf, options } from '../weeks.ts';

describe('products and factories', () => {
  const factories = ['exact', 'at_most', 'at_most'] as const;
  const carriedBy = Array.from({ length: 20 }, (_, r) => (r % 2 ? 4 : 7));

  test('a product goes only where its factories carry the recipes', () => {
    const products = [{ perBox: 0.2, factoryMask: 1 }, { perBox: 0.1, factoryMask: 6 }, { perBox: 0.5 }];
    const week = makeWeek({ boxes: 4_000, factories, carriedBy, products, uptake: zipf(20, 0.2) });
    const boxes = simulateOrders(week, options);
    expect(unitsOf(boxes, 3)).toEqual([800, 400, 2_000]);
    expectSound(week, boxes);
  });

  test('a product that no box can take is refused by name', () => {
    const products = [{ perBox: 0.2, factoryMask: 1 }];
    const week = makeWeek({ factories, carriedBy: carriedBy.map(() => 4), products });
    expect(() => simulateOrders(week, options)).toThrow(/product P0 \(Product 0\): 200 units/);
  });

  test('what the last boxes cannot take of a product is left out, with a word on it', () => {
    // The boxes that are left go to the first factory alone; the product is the second one's.
    const placed = Array.from({ length: 995 }, (_, box) => ({
      recipes: [0, 1],
      ...(box < 97 ? { products: { 0: 1 } } : {}),
    }));
    const week = makeWeek({
      boxes: 1_000,
      mix: [[2, 0, 1]],
      uptake: [1, 1, 1],
      carriedBy: [1, 1, 1],
      factories: ['at_most', 'at_most'],
      products: [{ perBox: 0.1, factoryMask: 2 }],
      placed,
    });
    const boxes = simulateOrders(week, options);
    expect(boxes.count).toBe(5);
    expect(unitsOf(boxes, 1)).toEqual([0]);
    expect(boxes.missed).toEqual([expect.stringMatching(/^product P0 \(Product 0\): 3 of the 3 units/)]);
  });

  test('no box holds more units than allowed', () => {
    const week = makeWeek({ products: [{ perBox: 1.5 }, { perBox: 0.5 }] });
    const boxes = simulateOrders(week, { ...options, constraints: { maxProductsPerBox: 2 } });
    for (let box = 0; box < boxes.count; box++)
      expect(sum(boxes.units.subarray(boxes.productStart[box], boxes.productStart[box + 1]))).toBe(2);
    const constraints = { maxProductsPerBox: 1 };
    expect(() => simulateOrders(week, { ...options, constraints })).toThrow(/2\.00 units a box; expected at most 1/);
  });

  test('units that find no room in their block of orders go to another', () => {
    // Parts are rounded product by product: the first block gets 2,051 units and has room for 2,048.
    const week = makeWeek({ boxes: 7_000, products: Array.from({ length: 7 }, () => ({ perBox: 1 / 7 })) });
    const boxes = simulateOrders(week, { ...options, constraints: { maxProductsPerBox: 1 } });
    expect(unitsOf(boxes, 7)).toEqual(Array.from({ length: 7 }, () => 1_000));
    expect(boxes.productStart).toEqual(Uint32Array.from({ length: 7_001 }, (_, box) => box));
  });

  test('a few boxes more leave nearly all products where they were', () => {
    const products = [{ perBox: 0.4 }, { perBox: 0.2 }];
    const [before, after] = [7_001, 7_006].map((boxes) => simulateOrders(makeWeek({ boxes, products }), options));
    const linesOf = ({ productStart, product }: Boxes, box: number) =>
      product.subarray(productStart[box], productStart[box + 1]).join();
    let same = 0;
    for (let box = 0; box < before.count; box++) if (linesOf(before, box) === linesOf(after, box)) same++;
    expect(same / before.count).toBeGreaterThan(0.95);
  });
});
