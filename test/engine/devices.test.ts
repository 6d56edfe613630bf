// The choice of a device and its reason; and the GPU path on an adapter that computes in software.
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { candidates, supportedDevices } from '../../src/engine/devices/backends'
import { type DeviceProbe, loadOnDevice } from '../../src/engine/devices/choose'
import { millisecondsOn } from '../../src/engine/devices/speed'
import type { EngineClient } from '../../src/processes/engineClient'
import type { Device, DeviceChoice } from '../../src/shared/domain'
import { failureError, toFailure } from '../../src/shared/errors'
import { startEngine } from './support/engineProcess'
import { ignore, type LocalCandidate, request, TINY, wanted } from './support/models'

/** A machine on which the large work takes these milliseconds; other devices are absent. */
const machine = (times: Partial<Record<Device, number>>): DeviceProbe => ({
  supported: () => ['webgpu', 'cuda', 'cpu'],
  millisecondsOn: (device, work) => {
    const time = times[device]
    return time === undefined
      ? Promise.reject(new Error('no adapter'))
      : Promise.resolve(work === 'small' ? time / 100 : time)
  },
})
const loads =
  (...devices: Device[]) =>
  (device: Device): Promise<string> =>
    devices.includes(device)
      ? Promise.resolve(`on ${device}`)
      : Promise.reject(new Error('unsupported operator'))

describe('loadOnDevice', () => {
  it.each([
    [
      'a fast GPU',
      { webgpu: 5, cpu: 20 },
      ['webgpu', 'cpu'],
      'webgpu',
      'a GPU 4.0 times as fast as the CPU was found',
    ],
    [
      'CUDA before WebGPU',
      { cuda: 4, webgpu: 5, cpu: 20 },
      ['cuda', 'webgpu', 'cpu'],
      'cuda',
      'a GPU 5.0 times as fast as the CPU was found',
    ],
    ['no GPU', { cpu: 20 }, ['cpu'], 'cpu', 'no usable GPU was found'],
    [
      'a GPU that is slower',
      { webgpu: 21, cpu: 20 },
      ['webgpu', 'cpu'],
      'cpu',
      'the GPU is slower than the CPU',
    ],
    [
      'a software adapter, detected by the small work',
      { webgpu: 8000, cpu: 20 },
      ['webgpu', 'cpu'],
      'cpu',
      'the GPU is slower than the CPU',
    ],
    [
      'a GPU that cannot run the model',
      { webgpu: 5, cpu: 20 },
      ['cpu'],
      'cpu',
      'the GPU cannot run this model (unsupported operator)',
    ],
    [
      'one GPU that cannot run the model, another one that is absent',
      { cuda: 5, cpu: 20 },
      ['cpu'],
      'cpu',
      'the GPU cannot run this model (unsupported operator)',
    ],
  ] as const)('chooses a suitable device: %s', async (_, times, able, device, reason) => {
    expect(await loadOnDevice('auto', loads(...able), machine(times), ignore)).toEqual({
      device,
      reason,
      loaded: `on ${device}`,
    })
  })

  it('never runs the large work on a software adapter', async () => {
    const works: string[] = []
    const slow = machine({ webgpu: 8000, cpu: 20 })
    await loadOnDevice(
      'auto',
      loads('cpu'),
      {
        ...slow,
        millisecondsOn: (device, work) => (
          works.push(`${device} ${work}`),
          slow.millisecondsOn(device, work)
        ),
      },
      ignore,
    )
    expect(works).not.toContain('webgpu large')
  })

  it('uses a named device without measuring, or fails', async () => {
    expect(await loadOnDevice('cpu', loads('cpu'), machine({}), ignore)).toEqual({
      device: 'cpu',
      reason: 'as configured',
      loaded: 'on cpu',
    })
    expect(
      await loadOnDevice('webgpu', loads('webgpu'), machine({ webgpu: 9000, cpu: 1 }), ignore),
    ).toMatchObject({ device: 'webgpu' })
    expect(
      await loadOnDevice('dml', loads('cpu'), machine({}), ignore).catch(toFailure),
    ).toMatchObject({
      code: 'device-unavailable',
      message: 'The device dml cannot be used here: unsupported operator.',
    })
  })

  it('uses the CPU if the model has no file for the GPU', async () => {
    const load = (device: Device): Promise<string> =>
      device === 'cpu'
        ? Promise.resolve('on cpu')
        : Promise.reject(
            failureError('model-incomplete', 'The model has no onnx/model_q4f16.onnx.'),
          )
    expect(await loadOnDevice('auto', load, machine({ webgpu: 1, cpu: 2 }), ignore)).toEqual({
      device: 'cpu',
      reason: 'the GPU cannot run this model (The model has no onnx/model_q4f16.onnx)',
      loaded: 'on cpu',
    })
    expect(await loadOnDevice('webgpu', load, machine({}), ignore).catch(toFailure)).toMatchObject({
      code: 'model-incomplete',
    })
  })

  it('reports faults of the model', async () => {
    const load = (): Promise<never> =>
      Promise.reject(failureError('model-incomplete', 'The model has no config.json.'))
    expect(
      await loadOnDevice('auto', load, machine({ webgpu: 1, cpu: 2 }), ignore).catch(toFailure),
    ).toMatchObject({ code: 'model-incomplete' })
  })
})

describe('this machine', () => {
  it('has a CPU', async () => {
    expect(supportedDevices()).toContain('cpu')
    expect(candidates('auto', ['webgpu', 'coreml', 'cpu'])).toEqual(['webgpu', 'cpu'])
    expect(await millisecondsOn('cpu', 'small')).toBeGreaterThan(0)
  })
})

/** Chromium's software adapter for Vulkan, and its loader. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json'
const SOFTWARE_GPU = {
  VK_DRIVER_FILES: SWIFTSHADER,
  LD_LIBRARY_PATH: '/usr/lib/chromium',
  XDG_RUNTIME_DIR: '/tmp',
}

interface Sampled {
  device: Device | 'server'
  reason: string
  candidates: LocalCandidate[]
}

/**
 * Samples two prompts of different lengths at once. Each has fewer than 32 tokens, because the
 * adapter computes longer ones incorrectly.
 */
async function sample(
  engine: EngineClient,
  device: DeviceChoice,
  model = 'builtin:tiny-random',
): Promise<Sampled> {
  const sampled: LocalCandidate[] = []
  const loaded = await Promise.all(
    ['Hello', 'Hi, you'].map((prompt, salt) =>
      engine.request(
        'sample',
        {
          ...request(prompt, wanted(2, salt), { maxNewTokens: 6, temperature: 0.9, topP: 0.95 }),
          generator: { model, device },
        },
        {
          onProgress: (progress) => {
            if (progress.kind === 'candidate') sampled.push(progress.candidate as LocalCandidate)
          },
        },
      ),
    ),
  )
  return {
    device: loaded[0]?.device ?? 'server',
    reason: loaded[0]?.reason ?? '',
    candidates: sampled.sort((a, b) => (a.seed ?? 0) - (b.seed ?? 0)),
  }
}

function expectSame(actual: Sampled, { candidates }: Sampled): void {
  const visible = ({ text, tokenCount, finishReason }: LocalCandidate): unknown[] => [
    text,
    tokenCount,
    finishReason,
  ]
  expect(actual.candidates.map(visible)).toEqual(candidates.map(visible))
  actual.candidates.forEach(({ logprob }, i) =>
    expect(Math.abs(logprob - (candidates[i]?.logprob ?? NaN))).toBeLessThan(1e-3),
  )
}

/** The tiny model with a window of attention, which ends rows' sharing of a batch. */
function windowedModel(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-windowed-'))
  for (const file of ['onnx', 'tokenizer.json', 'tokenizer_config.json', 'generation_config.json'])
    symlinkSync(path.join(TINY, file), path.join(folder, file))
  const config = JSON.parse(readFileSync(path.join(TINY, 'config.json'), 'utf8')) as object
  writeFileSync(
    path.join(folder, 'config.json'),
    JSON.stringify({ ...config, sliding_window: 1024 }),
  )
  return folder
}

describe.skipIf(!existsSync(SWIFTSHADER) && !process.env['CI'])('WebGPU', () => {
  const messages: string[] = []
  let engine: EngineClient
  beforeAll(() => {
    engine = startEngine({}, { env: SOFTWARE_GPU, onLog: ({ message }) => messages.push(message) })
  })
  afterEach(() => (messages.length = 0))
  afterAll(() => engine.dispose())

  it('samples the same tokens as the CPU; auto skips a software adapter', async () => {
    const gpu = await sample(engine, 'webgpu')
    expect(gpu.device).toBe('webgpu')
    expect(messages).toContain('Logits are reduced on the device.')
    expect(messages).toContain('The cache is in given tensors (gpu-buffer).')
    expect(messages).toContain('Rows of all prompts share a batch.')
    const cpu = await sample(engine, 'cpu')
    expectSame(gpu, cpu)
    expect(await sample(engine, 'auto')).toMatchObject({
      device: 'cpu',
      reason: 'the GPU is slower than the CPU',
      candidates: cpu.candidates,
    })
  })

  it('samples the same tokens in new tensors if rows cannot share a batch', async () => {
    const folder = windowedModel()
    const gpu = await sample(engine, 'webgpu', folder)
    expect(messages).toContain('Logits are reduced on the device.')
    expect(messages).toContain('The cache is in new tensors (gpu-buffer).')
    expect(messages).toContain('A batch holds rows of one prompt.')
    expectSame(gpu, await sample(engine, 'cpu'))
    rmSync(folder, { recursive: true })
  })
})
