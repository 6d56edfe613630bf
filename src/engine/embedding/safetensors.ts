// Reads the tensors of a small safetensors file: a length, a JSON header, and the numbers.
import * as l10n from '@vscode/l10n'
import { readFile } from 'node:fs/promises'
import { failureError } from '../../shared/errors'
import { asSingles } from '../runtime/arrays'

const LENGTH_BYTES = 8

interface Entry {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

/** A tensor in single precision, row-major. */
export interface FileTensor {
  shape: readonly number[]
  values: Float32Array
}

/** @throws FailureError `model-incomplete` for a file that is cut off or of another kind. */
export async function readSafetensors(file: string): Promise<Map<string, FileTensor>> {
  const bytes = await readFile(file)
  const data = new Uint8Array(bytes).buffer
  try {
    const headerEnd = LENGTH_BYTES + Number(bytes.readBigUInt64LE(0))
    const header = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, headerEnd)) as Record<
      string,
      Entry
    >
    return new Map(
      Object.entries(header)
        .filter(([name]) => name !== '__metadata__')
        .map(
          ([
            name,
            {
              dtype,
              shape,
              data_offsets: [start, end],
            },
          ]) => [
            name,
            { shape, values: singles(dtype, data.slice(headerEnd + start, headerEnd + end)) },
          ],
        ),
    )
  } catch (thrown) {
    if (!(thrown instanceof Error)) throw thrown
    throw failureError('model-incomplete', l10n.t('The file is not a complete safetensors file.'), {
      where: file,
      remedy: l10n.t('Copy or download the model again.'),
    })
  }
}

function singles(dtype: string, data: ArrayBuffer): Float32Array {
  switch (dtype) {
    case 'F32':
      return new Float32Array(data)
    case 'F64':
      return Float32Array.from(new Float64Array(data))
    case 'F16':
      return asSingles(new Uint16Array(data))
    case 'BF16':
      // the upper half of single precision
      return new Float32Array(Uint32Array.from(new Uint16Array(data), (bits) => bits << 16).buffer)
    default:
      throw new Error(dtype)
  }
}
