// What a curation document uses of the extension and of VS Code, without either.
import path from 'node:path'
import type { DocumentServices } from '../../../../src/host/documentServices'
import type { FakeEngine } from '../../curation/support/fakeEngine'

const NOTHING = { dispose: () => undefined }

/** A trusted workspace whose files nobody watches. */
export function documentServices(folder: string, engine: FakeEngine): DocumentServices {
  return {
    engine: { request: engine.request, showModels: () => undefined },
    speeds: { record: () => Promise.resolve() },
    runs: {
      attach: () => Promise.resolve(),
      views: () => [],
      onChange: () => NOTHING,
    },
    simulation: { cache: path.join(folder, 'cache'), script: '' },
    log: { warn: () => undefined, error: () => undefined },
    window: {
      isTrusted: () => true,
      onTrust: () => NOTHING,
      rowProblems: () => ({ set: () => undefined, ...NOTHING }),
      annotator: () => 'ann',
      displayPath: (name) => (name.startsWith(folder) ? path.relative(folder, name) : name),
      watch: () => NOTHING,
    },
  }
}
