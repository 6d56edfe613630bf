// The devices that ONNX Runtime supports on this platform.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { listSupportedBackends } from 'onnxruntime-node'
import type { Device, DeviceChoice } from '../../shared/domain'

const DEVICES: readonly Device[] = ['webgpu', 'cuda', 'dml', 'coreml', 'cpu']

/**
 * GPU backends that `auto` tries, the fastest first. CoreML is used only when the user names it: it
 * recompiles the graph for every length of the cache.
 */
const AUTOMATIC: readonly Device[] = ['cuda', 'webgpu', 'dml']

/** The devices whose code the runtime includes, whether or not this machine has such a device. */
export function supportedDevices(): Device[] {
  const names = listSupportedBackends()
    .filter(({ name, bundled }) => bundled || hasLibrary(name))
    .map(({ name }) => name)
  return DEVICES.filter((device) => names.includes(device))
}

/** Backends that are not bundled are separate libraries in the folder of the runtime. */
function hasLibrary(backend: string): boolean {
  const binaries = path.resolve(
    createRequire(import.meta.url).resolve('onnxruntime-node'),
    '../../bin/napi-v6',
    process.platform,
    process.arch,
  )
  return [`libonnxruntime_providers_${backend}.so`, `onnxruntime_providers_${backend}.dll`].some(
    (file) => existsSync(path.join(binaries, file)),
  )
}

/** The devices to try for a choice, in order. */
export function candidates(choice: DeviceChoice, supported: readonly Device[]): Device[] {
  if (choice !== 'auto') return [choice]
  return [...AUTOMATIC.filter((device) => supported.includes(device)), 'cpu']
}
