// Entry point of a thread that runs one decoder for the engine's main thread.
import './localise' // first, as in main.ts
import { parentPort, workerData } from 'node:worker_threads'
import { connect, type Peer } from '../shared/rpc'
import { type Decoder, loadDecoder } from './generation/decoder'
import type { DecoderSetup, DecoderSide } from './generation/decoderProtocol'
import type { ThreadOwnerSide } from './runtime/modelThread'
import { threadTransport } from './runtime/threadTransport'

const { stored, config, limits } = workerData as DecoderSetup
let decoder: Decoder | undefined

const owner: Peer<ThreadOwnerSide> = connect<DecoderSide, ThreadOwnerSide>(
  threadTransport(parentPort!),
  {
    load: async () => {
      decoder = await loadDecoder(stored, config, 'cpu', limits, (level, message) =>
        owner.notify('log', { level, message }),
      )
      return null
    },
    sample: async ({ reports, ...job }, { signal, progress }) => {
      await decoder!.scheduler.submit({
        ...job,
        signal,
        onCandidate: (candidate) => progress({ kind: 'candidate', candidate }),
        onRate: (tokens, tokensPerSecond) => progress({ kind: 'rate', tokens, tokensPerSecond }),
        ...(reports.tokens
          ? { onTokens: (index, tokens) => progress({ kind: 'tokens', index, tokens }) }
          : {}),
        ...(reports.prompt ? { onPrompt: (logits) => progress({ kind: 'prompt', logits }) } : {}),
      })
      return null
    },
    dispose: async () => {
      await decoder?.dispose()
      return null
    },
  },
  {},
)
