/** The first page of millions of numbers, without sorting the rest. */

/** Moves the `count` smallest numbers to the front, sorted; the others stay behind them in any order. */
export function partialSort(numbers: Float64Array, count: number): void {
  let [low, high] = [0, numbers.length - 1];
  // Hoare's selection: what lies wholly on one side of the boundary needs no more order.
  while (low < high && count > 0 && count < numbers.length) {
    const pivot = middleOf(numbers[low], numbers[(low + high) >>> 1], numbers[high]);
    let [left, right] = [low, high];
    while (left <= right) {
      while (numbers[left] < pivot) left++;
      while (numbers[right] > pivot) right--;
      if (left > right) break;
      const held = numbers[left];
      numbers[left++] = numbers[right];
      numbers[right--] = held;
    }
    if (count - 1 <= right) high = right;
    else if (count - 1 >= left) low = left;
    else break;
  }
  numbers.subarray(0, count).sort();
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
