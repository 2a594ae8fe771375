/** Does something for every item, `size` of them side by side. @throws the first error met, with a batch begun */
export async function eachInBatches<T>(
  items: readonly T[],
  size: number,
  action: (item: T) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < items.length; from += size) {
    await Promise.all(items.slice(from, from + size).map(action));
  }
}
