// A hub that serves the tiny model, and an empty cache folder, for each test of a file.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { type HubServer, serveModel } from './hubServer'
import { TINY } from './models'

export const ID = 'some-org/tiny.model'
export const GRAPH = 'onnx/model_q4.onnx'

export let cache: string
export let hub: HubServer

export async function startHub(): Promise<void> {
  hub = await serveModel(TINY, ID)
}

export function useHub(): void {
  beforeEach(async () => {
    cache = await mkdtemp(path.join(os.tmpdir(), 'aepo-cache-'))
    await startHub()
  })
  afterEach(async () => {
    await hub.close()
    await rm(cache, { recursive: true })
  })
}

export const sha256 = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')

/** The `Range` header of each request for `file`; empty without one. */
export const requestsOf = (file: string): string[] =>
  hub.requests
    .filter((line) => line.includes(file))
    .map((line) => line.split(' ').slice(1).join(' '))
