// Typed arrays and tensors as ONNX Runtime's Node binding takes them, and conversion from half
// precision.
import { Tensor } from 'onnxruntime-node'

export type FloatType = 'float32' | 'float16'
/** Half precision as bits: the Node binding takes unsigned integers. */
export type FloatArray = Float32Array | Uint16Array

/** Types of keys and values: floats, or integers whose scales are in the graph. */
export type CacheType = FloatType | 'int8'
export type CacheArray = FloatArray | Int8Array

const ARRAYS = { float32: Float32Array, float16: Uint16Array, int8: Int8Array } as const

/** An array of zeros. */
export function newArray(type: FloatType, length: number): FloatArray
export function newArray(type: CacheType, length: number): CacheArray
export function newArray(type: CacheType, length: number): CacheArray {
  return new ARRAYS[type](length)
}

export const bytesPerElement = (type: CacheType): number => ARRAYS[type].BYTES_PER_ELEMENT

/** A tensor that shares the memory of `data`. */
export function tensorOver(type: CacheType, data: CacheArray, dims: readonly number[]): Tensor {
  return asBits(new Tensor(type, data, dims))
}

/**
 * Replaces the data of a half precision tensor by its bits. On platforms with Float16Array,
 * `Tensor` creates one, which the binding does not accept.
 */
export function asBits(tensor: Tensor): Tensor {
  if (tensor.type !== 'float16' || tensor.location !== 'cpu') return tensor
  const { buffer, byteOffset, length } = tensor.data as Uint16Array
  return Object.assign(tensor, { cpuData: new Uint16Array(buffer, byteOffset, length) })
}

/**
 * Values in single precision: `values` itself, or converted from half precision into `target` or a
 * new array.
 */
export function asSingles(values: FloatArray, target?: Float32Array): Float32Array {
  if (values instanceof Float32Array) return values
  const singles = target ?? new Float32Array(values.length)
  halfValues ??= Float32Array.from({ length: 0x10000 }, (_, bits) => valueOfHalf(bits))
  for (let i = 0; i < values.length; i++) singles[i] = halfValues[values[i]!]!
  return singles
}

/** The value of each of the 65,536 half precision numbers; made on first use. */
let halfValues: Float32Array | undefined

/** The number with the IEEE 754 binary16 representation `bits`. */
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
 * Frees the memory of `array` at once on platforms with `ArrayBuffer.transfer`; else garbage
 * collection frees it.
 */
export function freeNow(array: CacheArray): void {
  const buffer = array.buffer as ArrayBuffer & { transfer?: (length: number) => ArrayBuffer }
  buffer.transfer?.(0)
}
