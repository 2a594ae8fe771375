/** Placed order lines, column by column: there may be millions, and they are kept in about 25 bytes each. */
import type { DeliveryDate, MenuWeek } from '../model.ts';
import { DistinctTexts, NumberColumn } from './columns.ts';
import type { Row } from './input-files.ts';

export class OrderLines {
  private readonly lines = new NumberColumn(Uint32Array);
  private readonly orders = new NumberColumn(Uint32Array);
  private readonly orderIds = new DistinctTexts();
  private readonly weeks = new NumberColumn(Uint32Array);
  private readonly weekTexts = new DistinctTexts<MenuWeek>();
  private readonly dates = new NumberColumn(Uint32Array);
  private readonly dateTexts = new DistinctTexts<DeliveryDate>();
  private readonly portionSizes = new NumberColumn(Uint8Array);
  private readonly recipes = new NumberColumn(Uint8Array);
  private readonly items = new NumberColumn(Uint32Array);
  private readonly itemTexts = new DistinctTexts();
  private readonly quantities = new NumberColumn(Uint8Array);

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
