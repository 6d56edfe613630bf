// Encodes small graphs as ONNX files in memory, and graphs that test a device.
import type { CacheType } from './arrays'

type Bytes = number[]

/** Constants of the ONNX schema. */
export const FLOAT = 1
const UINT8 = 2
const INT8 = 3
export const INT32 = 6
export const INT64 = 7
const FLOAT16 = 10
/** ONNX element types of {@link CacheType}. */
export const ELEMENTS: Record<CacheType, number> = { float32: FLOAT, float16: FLOAT16, int8: INT8 }
const IR_VERSION = 8
const OPSET = 17

/** Field numbers in onnx.proto. */
const MODEL = { irVersion: 1, graph: 7, opset: 8 }
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 }
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 }
const ATTRIBUTE = { name: 1, single: 2, integer: 3, integers: 8, type: 20 }
const SINGLE_ATTRIBUTE = 1
const INTEGER_ATTRIBUTE = 2
const INTEGERS_ATTRIBUTE = 7
const VALUE = { name: 1, type: 2 }
const TENSOR_TYPE = { element: 1, shape: 2 }
const TENSOR = { dims: 1, element: 2, name: 8, raw: 9 }

function varint(value: number): Bytes {
  const bytes: Bytes = []
  let rest = value
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80)
  return [...bytes, rest]
}

const integer = (field: number, value: number): Bytes => [...varint(field * 8), ...varint(value)]
const bytes = (field: number, content: Bytes): Bytes => [
  ...varint(field * 8 + 2),
  ...varint(content.length),
  ...content,
]
const text = (field: number, value: string): Bytes =>
  bytes(field, [...new TextEncoder().encode(value)])

export interface GraphValue {
  name: string
  element: number
  /** Names of symbolic dimensions. */
  dims: string[]
}

/** An integer, integers, or a number in single precision. */
type Attribute = number | readonly number[] | { single: number }

export interface Node {
  operator: string
  inputs: string[]
  output: string
  attributes?: Record<string, Attribute>
}

/** A vector that is part of a graph. */
export interface Constant {
  name: string
  values: BigInt64Array | Float32Array
}

/** A constant of 64-bit integers. */
export const integers = (name: string, ...values: number[]): Constant => ({
  name,
  values: BigInt64Array.from(values, BigInt),
})

function initializer({ name, values }: Constant): Bytes {
  const { buffer, byteOffset, byteLength } = values
  return [
    ...integer(TENSOR.dims, values.length),
    ...integer(TENSOR.element, values instanceof Float32Array ? FLOAT : INT64),
    ...text(TENSOR.name, name),
    ...bytes(TENSOR.raw, [...new Uint8Array(buffer, byteOffset, byteLength)]),
  ]
}

function valueInfo({ name, element, dims }: GraphValue): Bytes {
  const shape = dims.flatMap((dim) => bytes(1, text(2, dim)))
  const tensor = [...integer(TENSOR_TYPE.element, element), ...bytes(TENSOR_TYPE.shape, shape)]
  return [...text(VALUE.name, name), ...bytes(VALUE.type, bytes(1, tensor))]
}

function nodeBytes({ operator, inputs, output, attributes = {} }: Node): Bytes {
  const named = Object.entries(attributes).flatMap(([name, value]) =>
    bytes(NODE.attribute, [...text(ATTRIBUTE.name, name), ...attributeValue(value)]),
  )
  return [
    ...inputs.flatMap((name) => text(NODE.input, name)),
    ...text(NODE.output, output),
    ...text(NODE.operator, operator),
    ...named,
  ]
}

function attributeValue(value: Attribute): Bytes {
  if (typeof value === 'number')
    return [...integer(ATTRIBUTE.integer, value), ...integer(ATTRIBUTE.type, INTEGER_ATTRIBUTE)]
  if ('single' in value)
    return [
      ...varint(ATTRIBUTE.single * 8 + 5),
      ...new Uint8Array(Float32Array.of(value.single).buffer),
      ...integer(ATTRIBUTE.type, SINGLE_ATTRIBUTE),
    ]
  return [
    ...value.flatMap((item) => integer(ATTRIBUTE.integers, item)),
    ...integer(ATTRIBUTE.type, INTEGERS_ATTRIBUTE),
  ]
}

export function modelBytes(
  nodes: Node[],
  inputs: GraphValue[],
  outputs: GraphValue[],
  constants: readonly Constant[] = [],
): Uint8Array {
  const graph = [
    ...nodes.flatMap((node) => bytes(GRAPH.node, nodeBytes(node))),
    ...text(GRAPH.name, 'graph'),
    ...constants.flatMap((constant) => bytes(GRAPH.initializer, initializer(constant))),
    ...inputs.flatMap((input) => bytes(GRAPH.input, valueInfo(input))),
    ...outputs.flatMap((output) => bytes(GRAPH.output, valueInfo(output))),
  ]
  return Uint8Array.from([
    ...integer(MODEL.irVersion, IR_VERSION),
    ...bytes(MODEL.graph, graph),
    ...bytes(MODEL.opset, integer(2, OPSET)),
  ])
}

/** `y` = `x`·`w`·…·`w` with `times` factors `w`; square float32 matrices. */
export function matrixPowerGraph(times: number): Uint8Array {
  const matrix = (name: string): GraphValue => ({ name, element: FLOAT, dims: ['n', 'n'] })
  const step = (i: number): string => (i === 0 ? 'x' : i === times ? 'y' : `x${i}`)
  return modelBytes(
    Array.from({ length: times }, (_, i) => ({
      operator: 'MatMul',
      inputs: [step(i), 'w'],
      output: step(i + 1),
    })),
    [matrix('x'), matrix('w')],
    [matrix('y')],
  )
}

/** `y` (int32) = `x` (uint8)·`w` (int8). */
export function integerProductGraph(): Uint8Array {
  const matrix = (name: string, element: number, dims: string[]): GraphValue => ({
    name,
    element,
    dims,
  })
  return modelBytes(
    [{ operator: 'MatMulInteger', inputs: ['x', 'w'], output: 'y' }],
    [matrix('x', UINT8, ['m', 'k']), matrix('w', INT8, ['k', 'n'])],
    [matrix('y', INT32, ['m', 'n'])],
  )
}
