/** Where everything is, in bytes. The host reads the exported addresses, so they stand here alone. */

/** Orders, or random blocks, of one call at the most. */
export const MAX_ORDERS: i32 = 2048;
/** Lines of products in a block of orders at the most: ten units a box. */
export const MAX_LINES: i32 = 10 * MAX_ORDERS;

/** u16[8192] and u16[65536], the primary and the secondary table of recipes (`condensed-table.ts`). */
export const PRIMARY: usize = 1024;
export const SECONDARY: usize = PRIMARY + 2 * 0x2000;
/** i32[65536]: [recipe], factories as bits; 0 for a referral. */
export const CARRIED: usize = SECONDARY + 2 * 0x10000;
/** u32[4 × (MAX_ORDERS + 4)]: random blocks. They are made by fours, and the first may be one that has begun. */
export const WORDS: usize = CARRIED + 4 * 0x10000;
/** u16[8 × MAX_ORDERS]: the sets, one after another. */
export const RECIPE: usize = WORDS + 16 * (MAX_ORDERS + 4);
/** i32[MAX_ORDERS]: factories that carry the set, or all that is in the box, as bits. */
export const MASK: usize = RECIPE + 2 * 8 * MAX_ORDERS;
/** u8[MAX_ORDERS]: the order's day. */
export const DAY: usize = MASK + 4 * MAX_ORDERS;
/** u16[MAX_ORDERS + 4]: places of the attempts that have failed so far. */
export const FAILED: usize = DAY + MAX_ORDERS;

/** u16[MAX_ORDERS + 4]: those of them whose sets hold referrals. */
export const REFERRED: usize = FAILED + 2 * (MAX_ORDERS + 4);

/** [box of the block] u8 its lines, u8 units that it may still hold, u32 its last line. */
export const LINES_OF: usize = REFERRED + 2 * (MAX_ORDERS + 4);
export const ROOM: usize = LINES_OF + MAX_ORDERS;
export const LAST: usize = ROOM + MAX_ORDERS;
/** [line, as placed] u16 box, u16 product, u8 units. */
export const LINE_BOX: usize = LAST + 4 * MAX_ORDERS;
export const LINE_PRODUCT: usize = LINE_BOX + 2 * MAX_LINES;
export const LINE_UNITS: usize = LINE_PRODUCT + 2 * MAX_LINES;
/** [line, by box] u16 product, u8 units; [box of the block] u32, where the next box's lines begin. */
export const PRODUCT: usize = LINE_UNITS + MAX_LINES;
export const UNITS: usize = PRODUCT + 2 * MAX_LINES;
export const NEXT_START: usize = UNITS + MAX_LINES;

/** The tables of a scenario, of labels and of products, as PRIMARY and SECONDARY. */
export const LABEL_PRIMARY: usize = NEXT_START + 4 * MAX_ORDERS;
export const LABEL_SECONDARY: usize = LABEL_PRIMARY + 2 * 0x2000;
export const PRODUCT_PRIMARY: usize = LABEL_SECONDARY + 2 * 0x10000;
export const PRODUCT_SECONDARY: usize = PRODUCT_PRIMARY + 2 * 0x2000;
/** i32[65536]: [product], factories as bits. */
export const PRODUCT_MASK: usize = PRODUCT_SECONDARY + 2 * 0x10000;
/** u32[16]: [units], chance of a box to hold so many or fewer, in 65,536ths. */
export const UNITS_UP_TO: usize = PRODUCT_MASK + 4 * 0x10000;
/** [unit] u16 its place among the boxes, u16 product. */
export const UNIT_BOX: usize = LINE_BOX;
export const UNIT_PRODUCT: usize = LINE_PRODUCT;
/** u16[MAX_ORDERS]: classes of the boxes. */
export const CLASS: usize = UNITS_UP_TO + 4 * 16;
/** [class] i32 factories as bits, i32 boxes counted. */
export const CLASS_MASK: usize = CLASS + 2 * MAX_ORDERS;
export const CLASS_COUNT: usize = CLASS_MASK + 4 * 0x10000;
/** u16[2^17]: class + 1 of a mask, where its hash says or after that; 0 for none. */
export const SLOTS: i32 = 1 << 17;
export const SLOT: usize = CLASS_COUNT + 4 * 0x10000;
/** u8[MAX_ORDERS]: the factory that gets the box. */
export const FACTORY: usize = SLOT + 2 * SLOTS;

/** i32[]: counts and whatever else has no fixed size; the rest of the memory, which grows for it. */
export const COUNTS: usize = FACTORY + MAX_ORDERS;
