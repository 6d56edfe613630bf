// Selection beside PyPI `aepo`: the search on the same similarity matrices, the whole path from
// texts, and growth with the pool.
import { print } from './report'
import { growthRows } from './select/growth'
import { searchRows } from './select/search'
import { LAMBDA, n, options } from './select/settings'
import { wholePathRow } from './select/wholePath'
import { responsesOf } from './support/data'
import { EMBEDDER, newEngine } from './support/engine'
import { PeerProcess } from './support/peerProcess'

const engine = newEngine()
const { pools: responses, source } = responsesOf(options.data, options.number('prompts'))
console.log(`N=${n}, k=2, lambda ${LAMBDA}; texts: ${source}.`)

const embedded: Float32Array[] = []
if (options.data !== '')
  for (const texts of responses)
    embedded.push((await engine.request('embed', { embedder: EMBEDDER, texts })).vectors)

const peer = PeerProcess.python()
const [search, ...others] = await searchRows(peer, embedded)
const whole = await wholePathRow(engine, responses, peer, search.peer)
await peer.end()
await engine.dispose()
print('select', [search, whole, ...others, ...growthRows()], options.json)
process.exit(0)
