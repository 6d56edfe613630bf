// The product of two square matrices, for measuring a machine.

/** @param size rows and columns of each matrix, which are stored row by row. */
export function multiply(
  size: number,
  a: Float32Array,
  b: Float32Array,
  product: Float32Array,
): void {
  product.fill(0)
  for (let row = 0; row < size; row++)
    for (let inner = 0; inner < size; inner++) {
      const factor = a[row * size + inner]!
      for (let column = 0; column < size; column++)
        product[row * size + column]! += factor * b[inner * size + column]!
    }
}
