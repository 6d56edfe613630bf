// What a model does not take is left out, recorded, and known after a restart.
import { appendFileSync, readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import type { Engine } from '../../../src/curation/engine'
import { generate } from '../../../src/curation/generation/generate'
import { leftOutPrompts } from '../../../src/curation/generation/leftOut'
import { selectAll } from '../../../src/curation/selection/select'
import type { EmbedParams, EmbedResult, SampleParams } from '../../../src/shared/engineProtocol'
import { failureError } from '../../../src/shared/errors'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'

const N = 4
let folder: CurationFolder
let fake: FakeEngine

beforeEach(() => {
  folder = new CurationFolder(['one', 'two', 'three'], { sampling: { n: N } })
  fake = new FakeEngine()
})

/** Refuses a prompt, as a chat template does, and texts to embed. */
function refusing({ prompt = '', text }: { prompt?: string; text?: RegExp }): Engine {
  const request = async (method: string, params: unknown, options: never): Promise<unknown> => {
    if (method === 'sample' && (params as SampleParams).messages.at(-1)?.content === prompt)
      throw failureError('prompt-refused', 'The template refuses it.', { where: '/models/m' })
    const result = await fake.request(method as never, params as never, options)
    if (method !== 'embed' || !text) return result
    const refused = (params as EmbedParams).texts.flatMap((one, index) =>
      text.test(one) ? [{ index, failure: { code: 'prompt-refused', message: 'No.' } }] : [],
    )
    return { ...(result as EmbedResult), refused }
  }
  return { request: request as Engine['request'] }
}

describe('a prompt that is refused', () => {
  it('is in the counts and the list of each later process, with its line', async () => {
    folder.write('prompts.jsonl', '{"prompt": "one"}\n\n{"prompt": "two"}\n{"prompt": "three"}\n')
    const result = await generate(await folder.open(), refusing({ prompt: 'two' }), {
      ...QUIETLY,
      select: true,
    })
    expect(result.leftOut).toMatchObject([{ line: 3, isNew: true }])
    const curation = await folder.open()
    expect(leftOutPrompts(curation)).toEqual([
      {
        position: 1,
        line: 3,
        excerpt: 'two',
        reason: 'The template refuses it.',
        where: '/models/m',
        missing: N,
      },
    ])
    expect(countsOf(curation)).toMatchObject({
      candidates: 2 * N,
      candidatesWanted: 2 * N,
      leftOut: 1,
      selected: 2,
    })
  })

  it('reaches a curation that is open already', async () => {
    const open = await folder.open()
    expect(countsOf(open).leftOut).toBe(0)
    await generate(await folder.open(), refusing({ prompt: 'two' }), { ...QUIETLY, select: false })
    const changes: string[] = []
    open.onChange(({ journals }) => changes.push(...journals))
    await open.store.refresh()
    expect(changes).toContain('leftOut')
    expect(countsOf(open).leftOut).toBe(1)
  })

  it('of one generator gets the candidates of the others, which are selected from', async () => {
    folder = new CurationFolder(['one', 'two'], {
      sampling: { n: N },
      generator: [
        { model: 'builtin:a', device: 'cpu' },
        { model: 'builtin:b', device: 'cpu' },
      ],
    })
    const engine: Engine = {
      request: (method, params, options) => {
        const { generator, messages } = params as SampleParams
        return method === 'sample' &&
          generator.model === 'builtin:b' &&
          messages.at(-1)?.content === 'two'
          ? Promise.reject(failureError('prompt-refused', 'No.'))
          : fake.request(method, params, options)
      },
    }
    const curation = await folder.open()
    await generate(curation, engine, { ...QUIETLY, select: true })
    expect(countsOf(curation)).toMatchObject({
      candidates: N + N / 2,
      candidatesWanted: N + N / 2,
      leftOut: 1,
      selected: 2,
    })
  })

  it('is as if it was not where the journal lost its line', async () => {
    const engine = refusing({ prompt: 'two' })
    await generate(await folder.open(), engine, { ...QUIETLY, select: false })
    const file = folder.inside('a.aepo/left-out.jsonl')
    appendFileSync(file, '{"kind": "prompt", "torn')
    expect(countsOf(await folder.open()).leftOut).toBe(1)
    folder.write('a.aepo/left-out.jsonl', '')
    expect(countsOf(await folder.open())).toMatchObject({ leftOut: 0, candidatesWanted: 3 * N })
  })
})

describe('a text that cannot be embedded', () => {
  const select = async (engine: Engine, retriesLeftOut = false): Promise<string[]> => {
    const notices: string[] = []
    const onNotice = (sentence: string): void => void notices.push(sentence)
    await selectAll(await folder.open(), engine, { ...QUIETLY, onNotice, retriesLeftOut })
    return notices
  }

  it('is named, and its pool does without it', async () => {
    await generate(await folder.open(), fake, { ...QUIETLY, select: false })
    const curation = await folder.open()
    const bad = curation.round.pool(curation.prompts[1]?.id ?? '')[2]
    const engine = refusing({ text: new RegExp(`${String(bad?.seed)} `) })
    const [notice, ...others] = await select(engine)
    expect(others).toEqual([])
    expect(notice).toMatch(
      new RegExp(
        `prompts\\.jsonl:2: the response “.+” \\(candidate ${String(bad?.id)}\\) .*: No\\.$`,
      ),
    )
    const again = await folder.open()
    const [selection] = again.round.counting(again.prompts[1]?.id ?? '')
    expect(selection?.removed).toContainEqual({ id: bad?.id, reason: 'not-embedded' })
    expect(selection?.candidateIds).not.toContain(bad?.id)
    expect(countsOf(again).selected).toBe(3)
    expect(readFileSync(folder.inside('a.aepo/left-out.jsonl'), 'utf8')).toContain('"kind":"text"')
  })

  it('is asked for again only when that is wished', async () => {
    await generate(await folder.open(), fake, { ...QUIETLY, select: false })
    const engine = refusing({ text: /./ })
    expect(await select(engine)).toHaveLength(3 * N)
    expect(await select(engine)).toEqual([])
    expect(await select(fake)).toEqual([])
    await select(fake, true)
    expect(countsOf(await folder.open()).selected).toBe(3)
  })
})
