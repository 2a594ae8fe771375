/** What the host may call, and where it finds what it asked for. `npm run kernel` compiles it into `binary.ts`. */

export { classCount, classify, classOf, clearClasses, MOST_CLASSES } from './classes';
export {
  CARRIED,
  CLASS,
  CLASS_COUNT,
  CLASS_MASK,
  COUNTS,
  DAY,
  FACTORY,
  FIRST,
  LABEL_FIRST,
  LABEL_SECOND,
  MASK,
  MOST,
  NEXT_START,
  PRODUCT,
  PRODUCT_FIRST,
  PRODUCT_MASK,
  PRODUCT_SECOND,
  RECIPE,
  SECOND,
  UNITS,
  UNITS_UP_TO,
  UNIT_BOX,
  UNIT_PRODUCT,
  WORDS,
} from './memory';
export { enterStratum, placeUnits, sortLines } from './products';
export { fillRandom, setKey } from './random';
export { countLabels, drawUnits, giveAndCount, unitsDrawn } from './scenario';
export { countPicks, drawSets } from './sets';
