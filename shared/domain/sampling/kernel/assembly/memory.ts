/** Where everything is, in bytes. The host reads the exported addresses, so they stand here alone. */

/** Orders or blocks of one call at the most. */
export const MOST: i32 = 2048;
/** Lines of products in a stratum at the most: ten units a box. */
export const MOST_LINES: i32 = 10 * MOST;

/** u16[8192] and u16[65536], the two tables of picks. */
export const FIRST: usize = 1024;
export const SECOND: usize = FIRST + 2 * 0x2000;
/** i32[65536]: [recipe], factories as bits; 0 for the escape. */
export const CARRIED: usize = SECOND + 2 * 0x10000;
/** u32[4 × (MOST + 4)]: random blocks. They are made by fours, and the first may be one that has begun. */
export const WORDS: usize = CARRIED + 4 * 0x10000;
/** u16[8 × MOST]: the sets, one after another. */
export const RECIPE: usize = WORDS + 16 * (MOST + 4);
/** i32[MOST]: factories that carry the set, or all that is in the box, as bits. */
export const MASK: usize = RECIPE + 2 * 8 * MOST;
/** u8[MOST]: the order's day. */
export const DAY: usize = MASK + 4 * MOST;
/** u16[MOST + 4]: places of the attempts that have failed so far. */
export const FAILED: usize = DAY + MOST;

/** u16[MOST + 4]: those of them whose sets hold escapes. */
export const ESCAPED: usize = FAILED + 2 * (MOST + 4);

/** [box of the stratum] u8 its lines, u8 units that it may still hold, u32 its last line. */
export const LINES_OF: usize = ESCAPED + 2 * (MOST + 4);
export const ROOM: usize = LINES_OF + MOST;
export const LAST: usize = ROOM + MOST;
/** [line, as placed] u16 box, u16 product, u8 units. */
export const LINE_BOX: usize = LAST + 4 * MOST;
export const LINE_PRODUCT: usize = LINE_BOX + 2 * MOST_LINES;
export const LINE_UNITS: usize = LINE_PRODUCT + 2 * MOST_LINES;
/** [line, by box] u16 product, u8 units; [box of the stratum] u32, where the next box's lines begin. */
export const PRODUCT: usize = LINE_UNITS + MOST_LINES;
export const UNITS: usize = PRODUCT + 2 * MOST_LINES;
export const NEXT_START: usize = UNITS + MOST_LINES;

/** The tables of a scenario, as FIRST and SECOND are: of labels, and of products. */
export const LABEL_FIRST: usize = NEXT_START + 4 * MOST;
export const LABEL_SECOND: usize = LABEL_FIRST + 2 * 0x2000;
export const PRODUCT_FIRST: usize = LABEL_SECOND + 2 * 0x10000;
export const PRODUCT_SECOND: usize = PRODUCT_FIRST + 2 * 0x2000;
/** i32[65536]: [product], factories as bits. */
export const PRODUCT_MASK: usize = PRODUCT_SECOND + 2 * 0x10000;
/** u32[16]: [units], chance of a box to hold so many or fewer, in 65,536ths. */
export const UNITS_UP_TO: usize = PRODUCT_MASK + 4 * 0x10000;
/** [unit] u16 its place among the boxes, u16 product. */
export const UNIT_BOX: usize = LINE_BOX;
export const UNIT_PRODUCT: usize = LINE_PRODUCT;
/** u16[MOST]: classes of the boxes. */
export const CLASS: usize = UNITS_UP_TO + 4 * 16;
/** [class] i32 factories as bits, i32 boxes counted. */
export const CLASS_MASK: usize = CLASS + 2 * MOST;
export const CLASS_COUNT: usize = CLASS_MASK + 4 * 0x10000;
/** u16[2^17]: class + 1 of a mask, where its hash says or after that; 0 for none. */
export const SLOTS: i32 = 1 << 17;
export const SLOT: usize = CLASS_COUNT + 4 * 0x10000;
/** u8[MOST]: the factory that gets the box. */
export const FACTORY: usize = SLOT + 2 * SLOTS;

/** i32[]: counts and whatever else has no fixed size; the rest of the memory, which grows for it. */
export const COUNTS: usize = FACTORY + MOST;
