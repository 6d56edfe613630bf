// Entry point of a thread that embeds batches of texts for the engine's main thread.
import './localise' // first, as in main.ts
import { parentPort, workerData } from 'node:worker_threads'
import { connect } from '../shared/rpc'
import { type EmbeddingSetup, GraphEmbedder } from './embedding/batchEmbedder'
import type { EmbeddingSide } from './embedding/embeddingThread'
import type { ThreadOwnerSide } from './runtime/modelThread'
import { threadTransport } from './runtime/threadTransport'

let embedder: GraphEmbedder | undefined

connect<EmbeddingSide, ThreadOwnerSide>(
  threadTransport(parentPort!),
  {
    load: async () => {
      embedder = await GraphEmbedder.load(workerData as EmbeddingSetup)
      return embedder.start()
    },
    embed: (batch, { signal }) => embedder!.embed(batch, signal),
    dispose: async () => {
      await embedder?.dispose()
      return null
    },
  },
  {},
)
