/** Stands in for node:crypto in the simulation: its random ids are counted, so that a seed repeats them. */
export { createHash } from 'node:crypto';

let count = 0;

/** Unique within a process, which is all that the product asks of it. */
export function randomUUID(): string {
  return `uuid-${++count}`;
}

/** Begins to count again. */
export function resetIds(): void {
  count = 0;
}
