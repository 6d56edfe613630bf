// Entry point of the engine process: serves requests from the parent process, and exits when the
// parent exits.
import './localise' // first: it loads the translations for the modules after it
import type { EngineOwnerSide, EngineSide } from '../shared/engineProtocol'
import { connect, type Peer, type Transport } from '../shared/rpc'
import { useHttpClient } from './network'
import { threadsAlive } from './runtime/modelThread'
import { EngineService } from './service'

useHttpClient()

const transport: Transport = {
  send: (message) => process.send?.(message, undefined, undefined, () => undefined),
  onMessage: (listener) => process.on('message', listener),
}

const service: EngineService = new EngineService(
  (level, message) => owner.notify('log', { level, message }),
  (origin) => owner.request('serverKey', { origin }),
)
const owner: Peer<EngineOwnerSide> = connect<EngineSide, EngineOwnerSide>(
  transport,
  service.handlers,
  {},
)

// Ctrl+C reaches the whole process group. The owner stops the work, then ends this process.
process.on('SIGINT', () => undefined)
// An exit ends threads, and ONNX Runtime's binding aborts the process if that happens within a run.
process.on('disconnect', () =>
  threadsAlive() > 0 ? process.kill(process.pid, 'SIGKILL') : process.exit(0),
)
