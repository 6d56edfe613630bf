// Tensors of numbers as the session wants them, and half precision read as single.
import { Tensor } from 'onnxruntime-node'

export type FloatType = 'float32' | 'float16'
/** Half precision as its bits: ONNX Runtime's Node binding wants unsigned integers. */
export type FloatArray = Float32Array | Uint16Array

/** What keys and values may be: floats, or integers whose scales the graph knows. */
export type CacheType = FloatType | 'int8'
export type CacheArray = FloatArray | Int8Array

const ARRAYS = { float32: Float32Array, float16: Uint16Array, int8: Int8Array } as const

/** Of zeros. */
export function newArray(type: FloatType, length: number): FloatArray
export function newArray(type: CacheType, length: number): CacheArray
export function newArray(type: CacheType, length: number): CacheArray {
  return new ARRAYS[type](length)
}

export const bytesPerElement = (type: CacheType): number => ARRAYS[type].BYTES_PER_ELEMENT

/** A tensor over `data`, as the binding takes it. */
export function tensorOver(type: CacheType, data: CacheArray, dims: readonly number[]): Tensor {
  return asBits(new Tensor(type, data, dims))
}

/**
 * Where the platform has a Float16Array, `Tensor` makes one of half precision, which the binding
 * does not take: here it is bits again.
 */
export function asBits(tensor: Tensor): Tensor {
  if (tensor.type !== 'float16' || tensor.location !== 'cpu') return tensor
  const { buffer, byteOffset, length } = tensor.data as Uint16Array
  return Object.assign(tensor, { cpuData: new Uint16Array(buffer, byteOffset, length) })
}

/** Values as single precision: themselves, or widened into `target` or a new array. */
export function asSingles(values: FloatArray, target?: Float32Array): Float32Array {
  if (values instanceof Float32Array) return values
  const singles = target ?? new Float32Array(values.length)
  widen(values, singles)
  return singles
}

let table: Float32Array | undefined

/** `halves` (IEEE 754 binary16 bits) written to `target` as single precision. */
function widen(halves: Uint16Array, target: Float32Array): void {
  table ??= Float32Array.from({ length: 0x10000 }, (_, bits) => valueOfHalf(bits))
  for (let i = 0; i < halves.length; i++) target[i] = table[halves[i] ?? 0] ?? NaN
}

/** The number whose binary16 representation is `bits`. */
export function valueOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

/**
 * Frees the memory of `array` at once where the platform can, rather than when garbage is next
 * collected.
 */
export function freeNow(array: CacheArray): void {
  const buffer = array.buffer as ArrayBuffer & { transfer?: (length: number) => ArrayBuffer }
  buffer.transfer?.(0)
}
