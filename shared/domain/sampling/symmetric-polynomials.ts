/**
 * Elementary symmetric polynomials e_0 … e_max of the weights of the first j `members`, row j after row j − 1: [j × (max + 1)
 * + k]. e_k is the sum over all sets of k of the product of their weights. With the members in reverse, the rows are those
 * of the last ones.
 */
export function symmetricPolynomials(weights: Float64Array, members: Uint16Array, max: number): Float64Array {
  const width = max + 1;
  const rows = new Float64Array((members.length + 1) * width);
  rows[0] = 1;
  for (let j = 0, row = 0; j < members.length; j++, row += width) {
    const weight = weights[members[j]];
    rows[row + width] = 1;
    for (let k = 1; k < width; k++) rows[row + width + k] = rows[row + k] + weight * rows[row + k - 1];
  }
  return rows;
}
