import { smallSample, weekOf } from '../../pipeline/inputs/files.ts';

const sample = smallSample();

describe('a week', () => {
  it('groups order lines into boxes, and quantity 2 is the recipe twice', async () => {
    const header = 'order_id,menu_week,delivery_date,portions,item_type,item_id,quantity';
    const recipe = String(sample.get('menu.csv')).split('\n')[1].split(',')[1];
    const orders = `${header}\nA,2026-W49,2026-11-30,2,recipe,${recipe},2\nB,2026-W49,2026-12-01,4,recipe,${recipe},1\nA,2026-W49,2026-11-30,2,product,P01,3\n`;
    const { placed, recipes, products } = await weekOf(new Map(sample).set('orders.csv', orders), '2026-W49');
    expect(placed.count).toBe(2);
    expect([...placed.recipe].map((r) => recipes[r].id)).toEqual([recipe, recipe, recipe]);
    expect([...placed.recipeStart]).toEqual([0, 2, 3]);
    expect(products[placed.product[0]].id).toBe('P01');
    expect([...placed.units]).toEqual([3]);
  });
});
