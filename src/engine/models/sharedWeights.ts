// Whether a second graph finds its weights. It names their places in the file of the graph beside
// it; after a change of that file the bytes there are others, and no loader would notice.
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'

const CHUNK_BYTES = 1 << 20
/** No reference to a tensor is longer. */
const OVERLAP = 512
/** The field of a tensor that holds its bytes, with their length behind it, in ONNX's protobuf. */
const RAW_DATA = 0x4a

/**
 * Looks at the first tensor that `second` takes from `beside`: a tensor's bytes stand behind their
 * length. True for a graph that takes none.
 */
export async function findsWeights(
  folder: string,
  second: string,
  beside: string,
): Promise<boolean> {
  const place = await withFile(folder, second, (file) => firstPlace(file, path.basename(beside)))
  if (place === null) return true
  const head = [RAW_DATA, ...varint(place.length)]
  const found = await withFile(folder, beside, (file) =>
    file.read(Buffer.alloc(head.length), 0, head.length, Math.max(0, place.offset - head.length)),
  )
  return found.buffer.equals(Buffer.from(head))
}

async function withFile<T>(
  folder: string,
  file: string,
  work: (handle: FileHandle) => Promise<T>,
): Promise<T> {
  const handle = await open(path.join(folder, ...file.split('/')))
  try {
    return await work(handle)
  } finally {
    await handle.close()
  }
}

interface Place {
  offset: number
  length: number
}

/** Where the first tensor that a graph keeps in another file is; null without one. */
async function firstPlace(graph: FileHandle, other: string): Promise<Place | null> {
  const name = other.replaceAll('.', '\\.')
  const entry = (key: string, value: string): string => `${key}\\x12.${value}j.\\n\\x06`
  const reference = new RegExp(
    `${entry('location', name)}${entry('offset', '(\\d+)')}length\\x12.(\\d+)`,
    's',
  )
  const buffer = Buffer.alloc(CHUNK_BYTES)
  for (let at = 0; ; at += CHUNK_BYTES - OVERLAP) {
    const { bytesRead } = await graph.read(buffer, 0, CHUNK_BYTES, at)
    const [, offset, length] = reference.exec(buffer.toString('latin1', 0, bytesRead)) ?? []
    if (offset !== undefined) return { offset: Number(offset), length: Number(length) }
    if (bytesRead < CHUNK_BYTES) return null
  }
}

/** Seven bits a byte, the lowest first; the high bit says that another byte follows. */
function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 128, ...varint(Math.floor(value / 128))]
}
