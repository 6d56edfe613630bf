// Reads ZIP files (a VSIX is one): the table at the end, then each file by its place.
import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

const END_OF_TABLE = 0x06054b50
const TABLE_ENTRY = 0x02014b50
const STORED = 0
const DEFLATED = 8

export class Zip {
  private readonly bytes: Buffer
  private readonly entries: Map<
    string,
    { offset: number; method: number; packedSize: number; size: number }
  >

  constructor(file: string) {
    this.bytes = readFileSync(file)
    this.entries = readTable(this.bytes)
  }

  /** Names of the files, in the archive's order. */
  get names(): string[] {
    return [...this.entries.keys()]
  }

  read(name: string): Buffer {
    const entry = this.entries.get(name)
    if (!entry) throw new Error(`${name} is not in the archive.`)
    const { offset, method, packedSize, size } = entry
    const start =
      offset + 30 + this.bytes.readUInt16LE(offset + 26) + this.bytes.readUInt16LE(offset + 28)
    const packed = this.bytes.subarray(start, start + packedSize)
    if (method !== STORED && method !== DEFLATED)
      throw new Error(`${name} is packed by a method that is not known: ${method}.`)
    const content = method === STORED ? packed : inflateRawSync(packed)
    if (content.length !== size)
      throw new Error(`${name} has ${content.length} bytes, not ${size}.`)
    return content
  }
}

function readTable(
  bytes: Buffer,
): Map<string, { offset: number; method: number; packedSize: number; size: number }> {
  const signature = Buffer.alloc(4)
  signature.writeUInt32LE(END_OF_TABLE)
  const end = bytes.lastIndexOf(signature)
  if (end < 0) throw new Error('This is not a ZIP file.')
  const entries = new Map<
    string,
    { offset: number; method: number; packedSize: number; size: number }
  >()
  let at = bytes.readUInt32LE(end + 16)
  for (let index = 0; index < bytes.readUInt16LE(end + 10); index++) {
    if (bytes.readUInt32LE(at) !== TABLE_ENTRY)
      throw new Error(`The table of the ZIP file is broken at byte ${at}.`)
    const [nameLength, extraLength, commentLength] = [
      bytes.readUInt16LE(at + 28),
      bytes.readUInt16LE(at + 30),
      bytes.readUInt16LE(at + 32),
    ]
    entries.set(bytes.toString('utf8', at + 46, at + 46 + nameLength), {
      offset: bytes.readUInt32LE(at + 42),
      method: bytes.readUInt16LE(at + 10),
      packedSize: bytes.readUInt32LE(at + 20),
      size: bytes.readUInt32LE(at + 24),
    })
    at += 46 + nameLength + extraLength + commentLength
  }
  return entries
}
