// Sessions of small graphs that are used together.
import { Tensor } from 'onnxruntime-node'
import { expect, it } from 'vitest'
import { run } from '../../src/engine/runtime/sessions'
import { matrixPowerGraph } from '../../src/engine/runtime/smallGraphs'
import { SmallSessions } from '../../src/engine/runtime/smallSessions'

const NO_GRAPH = Uint8Array.of(1, 2, 3)
const one = new Tensor('float32', [2], [1, 1])
const feeds = { x: one, w: one }

it('run until they are released, all of them', async () => {
  const sessions = new SmallSessions('cpu')
  const square = await sessions.load(matrixPowerGraph(1), {})
  const cube = await sessions.load(matrixPowerGraph(2), {})
  expect((await run(square, feeds, ['y']))['y']?.data[0]).toBe(4)
  expect((await run(cube, feeds, ['y']))['y']?.data[0]).toBe(8)
  await sessions.release()
  for (const session of [square, cube])
    await expect(run(session, feeds, ['y'])).rejects.toThrow(/disposed/)
})

it('are released when another one cannot be loaded', async () => {
  const sessions = new SmallSessions('cpu')
  const square = await sessions.load(matrixPowerGraph(1), {})
  await expect(sessions.load(NO_GRAPH, {})).rejects.toThrow(/protobuf|model/i)
  await expect(run(square, feeds, ['y'])).rejects.toThrow(/disposed/)
})
