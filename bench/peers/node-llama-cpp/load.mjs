// llama.cpp as node-llama-cpp has it built.
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * @param folder where node-llama-cpp is installed (`installLlama` in ../../peers.mjs).
 * @param gpu as `getLlama` takes it; false for the CPU.
 */
export async function loadLlama(folder, gpu) {
  const entry = createRequire(join(folder, 'package.json')).resolve('node-llama-cpp')
  const { getLlama, LlamaLogLevel } = await import(pathToFileURL(entry).href)
  return getLlama({ build: 'never', gpu, logLevel: LlamaLogLevel.error, progressLogs: false })
}
