/** What the host may call, and where it finds what it asked for. `npm run kernel` compiles it into `binary.ts`. */

export { classCount, classify, classOf, clearClasses, MAX_CLASSES } from './classes';
export {
  CARRIED,
  CLASS,
  CLASS_COUNT,
  CLASS_MASK,
  COUNTS,
  DAY,
  FACTORY,
  LABEL_PRIMARY,
  LABEL_SECONDARY,
  MASK,
  MAX_ORDERS,
  NEXT_START,
  PRIMARY,
  PRODUCT,
  PRODUCT_MASK,
  PRODUCT_PRIMARY,
  PRODUCT_SECONDARY,
  RECIPE,
  SECONDARY,
  UNITS,
  UNITS_UP_TO,
  UNIT_BOX,
  UNIT_PRODUCT,
  WORDS,
} from './memory';
export { enterBlock, placeUnits, sortLines } from './products';
export { fillRandom, setKey } from './random';
export { countLabels, drawUnits, giveAndCount, unitsDrawn } from './scenario';
export { countPicks, drawSets } from './sets';
