/** Placed order lines, column by column: there may be millions, and they are kept in about 25 bytes each. */
import type { DeliveryDate, MenuWeek } from '../model.ts';
import type { Row } from './tables.ts';

export class OrderLines {
  private readonly lines = new Column(Uint32Array);
  private readonly orders = new Column(Uint32Array);
  private readonly orderIds = new Texts();
  private readonly weeks = new Column(Uint32Array);
  private readonly weekTexts = new Texts<MenuWeek>();
  private readonly dates = new Column(Uint32Array);
  private readonly dateTexts = new Texts<DeliveryDate>();
  private readonly portionSizes = new Column(Uint8Array);
  private readonly recipes = new Column(Uint8Array);
  private readonly items = new Column(Uint32Array);
  private readonly itemTexts = new Texts();
  private readonly quantities = new Column(Uint8Array);

  get count(): number {
    return this.lines.length;
  }

  get orderCount(): number {
    return this.orderIds.length;
  }

  push(row: Row<'orders.csv'>): void {
    this.lines.push(row.line);
    this.orders.push(this.orderIds.indexOf(row.order_id));
    this.weeks.push(this.weekTexts.indexOf(row.menu_week));
    this.dates.push(this.dateTexts.indexOf(row.delivery_date));
    this.portionSizes.push(row.portions);
    this.recipes.push(row.item_type === 'recipe' ? 1 : 0);
    this.items.push(this.itemTexts.indexOf(row.item_id));
    this.quantities.push(row.quantity);
  }

  /** Line of the file on which order line i stands. */
  line(i: number): number {
    return this.lines.at(i);
  }

  /** The order of line i, numbered in the order in which the file first names them. */
  order(i: number): number {
    return this.orders.at(i);
  }

  orderId(i: number): string {
    return this.orderIds.at(this.orders.at(i));
  }

  week(i: number): MenuWeek {
    return this.weekTexts.at(this.weeks.at(i));
  }

  date(i: number): DeliveryDate {
    return this.dateTexts.at(this.dates.at(i));
  }

  portions(i: number): number {
    return this.portionSizes.at(i);
  }

  isRecipe(i: number): boolean {
    return this.recipes.at(i) === 1;
  }

  item(i: number): string {
    return this.itemTexts.at(this.items.at(i));
  }

  quantity(i: number): number {
    return this.quantities.at(i);
  }
}

type Numbers = Uint8Array | Uint16Array | Uint32Array;

/** Numbers one after another, in memory that grows by half of what there is. */
class Column {
  length = 0;
  private values: Numbers;

  constructor(private readonly type: new (length: number) => Numbers) {
    this.values = new type(1024);
  }

  push(value: number): void {
    if (this.length === this.values.length) {
      const grown = new this.type(Math.ceil(1.5 * this.length));
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.length++] = value;
  }

  at(i: number): number {
    return this.values[i];
  }
}

/** Each text once, numbered in order of appearance. */
class Texts<T extends string = string> {
  private readonly texts: T[] = [];
  private readonly indices = new Map<T, number>();

  indexOf(text: T): number {
    const known = this.indices.get(text);
    if (known !== undefined) return known;
    this.indices.set(text, this.texts.push(text) - 1);
    return this.texts.length - 1;
  }

  get length(): number {
    return this.texts.length;
  }

  at(index: number): T {
    return this.texts[index];
  }
}
