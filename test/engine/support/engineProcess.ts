// The engine process: the bundle in dist/, rebuilt if a source file is newer.
import { execFileSync } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { EngineClient, type EngineClientOptions } from '../../../src/processes/engineClient'
import type { EngineConfig } from '../../../src/shared/engineProtocol'
import { ignore, MODELS, ROOT } from './models'

const SCRIPT = path.join(ROOT, 'dist/engine.js')
const SOURCES = ['src/engine', 'src/core', 'src/shared']

const changed = (file: string): number =>
  statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? -Infinity

export function engineScript(): string {
  const files = SOURCES.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join(ROOT, folder, file),
    ),
  )
  if (Math.max(...files.filter((file) => file.endsWith('.ts')).map(changed)) > changed(SCRIPT))
    execFileSync(process.execPath, ['esbuild.mjs'], { cwd: ROOT })
  return SCRIPT
}

export function startEngine(
  config: Partial<EngineConfig> = {},
  options: Partial<EngineClientOptions> = {},
): EngineClient {
  return new EngineClient({
    script: engineScript(),
    config: {
      builtinModels: MODELS,
      cache: path.join(ROOT, 'test-results/engine/cache'),
      hub: 'http://127.0.0.1:9',
      kvCacheBytes: 1e9,
      threads: 0,
      ...config,
    },
    onLog: ignore,
    ...options,
  })
}
