// Trying two models: streamed blind in shuffled order, voted on, and kept where a person wants it.
import { existsSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Curation } from '../../../src/curation/curation'
import { TrySession } from '../../../src/curation/trying/session'
import type { FinishedRun } from '../../../src/curation/trying/models'
import { toFailure } from '../../../src/shared/errors'
import type { TryView } from '../../../src/shared/tryView'
import { CurationFolder } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'
import { until } from '../servers/support'

const GENERATOR = { model: 'owner/base' }
const RUN: FinishedRun = { id: 'run-1', round: 1 }

let folder: CurationFolder
let curation: Curation
let engine: FakeEngine
let session: TrySession
/** The first numbers; those after them differ, and keep the order. */
let randoms: number[]
let drawn = 0

beforeEach(async () => {
  folder = new CurationFolder(['one'], { generator: GENERATOR, sampling: { n: 4 } })
  curation = await folder.open()
  engine = new FakeEngine()
  randoms = []
  session = new TrySession(engine, {
    onChange: () => undefined,
    random: () => randoms.shift() ?? (++drawn * 0.137) % 0.5,
    now: () => 0,
  })
  session.begin(curation, [])
})

function view(): TryView {
  const shown = session.view(curation)
  if (!shown) throw new Error('not begun')
  return shown
}

const names = (): (string | null | undefined)[] =>
  view().pair?.answers.map(({ name }) => name) ?? []
const labels = (): (string | undefined)[] =>
  view().chosen.map((id) => view().models.find((model) => model.id === id)?.label)

async function reopen(): Promise<void> {
  curation = await folder.open()
}

const keep = (): Promise<void> =>
  session.keep({ open: () => Promise.resolve(curation), reload: reopen })

describe('the models', () => {
  it('are the present generator and the embedded one, while nothing is trained', () => {
    expect(labels()).toEqual(['SmolLM2-135M-Instruct', 'base'])
  })

  it('are the newest run and what its round sampled from; one that is named instead', () => {
    const runs = [RUN, { id: 'run-2', round: 1 }]
    const other = new TrySession(engine, {
      onChange: () => undefined,
      random: () => 0,
      now: () => 0,
    })
    other.begin(curation, runs)
    session = other
    expect(labels()).toEqual(['base', 'run-2'])
    expect(view().notBuilt).toEqual([view().chosen[1]])
    session.begin(curation, runs, 'run-1')
    expect(labels()).toEqual(['base', 'run-1'])
    expect(view().calls).toBe(2)
  })

  it('of a round that samples from a run are that run and the generator before', async () => {
    folder.set({ generator: GENERATOR, rounds: [{ generator: { model: 'run:run-1' } }] })
    await reopen()
    session.begin(curation, [RUN], 'run-1')
    expect(labels()).toEqual(['base', 'run-1'])
  })

  it('of a round that just began are its generator and the one before, whatever run is newer', async () => {
    folder.set({ generator: GENERATOR, rounds: [{ generator: { model: 'run:run-1' } }] })
    await reopen()
    const [generator] = curation.rounds.at(-1)?.generators ?? []
    session.begin(curation, [RUN, { id: 'run-2', round: 1 }], generator)
    expect(labels()).toEqual(['base', 'run-1'])
  })

  it('can be any: each is offered once, and known by no path', () => {
    const id = session.offer({ model: '/somewhere/else/tiny', device: 'cpu' })
    expect(session.offer({ model: '/somewhere/else/tiny', device: 'auto' })).toBe(id)
    session.choose(0, id)
    expect(labels()).toEqual(['tiny', 'base'])
    session.choose(1, id)
    expect(labels()).toEqual(['base', 'tiny'])
    expect(JSON.stringify(view())).not.toContain('somewhere')
  })

  it('must be two', async () => {
    session.choose(0, 'none')
    const failure = await session.send(curation, 'Hi').catch(toFailure)
    expect(failure).toMatchObject({ code: 'bad-input' })
    expect(view().pair).toBeNull()
  })
})

describe('the answers', () => {
  it('grow side by side, with nothing that names their models', async () => {
    let open = (): void => undefined
    engine.gate = new Promise((resolve) => (open = resolve))
    const sent = session.send(curation, 'Hello')
    await until(() => view().pair?.answers.every(({ text }) => text === 'answer') ?? false)
    expect(view().pair).toMatchObject({ prompt: 'Hello', phase: 'answering', vote: null })
    open()
    await sent
    expect(view().pair?.phase).toBe('answered')
    expect(names()).toEqual([null, null])
    expect(JSON.stringify(view().pair)).not.toMatch(/base|SmolLM/)
    session.vote({ best: 0 })
    expect(names()).toEqual(['SmolLM2-135M-Instruct', 'base'])
  })

  it('stand in shuffled order', async () => {
    randoms = [0.75]
    await session.send(curation, 'Hello')
    session.vote('tie')
    expect(names()).toEqual(['base', 'SmolLM2-135M-Instruct'])
  })

  it('are sampled at the temperature chosen', async () => {
    session.setTemperature(0.2)
    await session.send(curation, 'Hello')
    session.vote({ best: 0 })
    await keep()
    expect(folder.read('a.aepo/candidates.jsonl')).toContain('"temperature":0.2')
  })

  it('can be stopped, and asked for again', async () => {
    engine.gate = new Promise(() => undefined)
    const sent = session.send(curation, 'Hello')
    await until(() => view().pair?.answers[0]?.text === 'answer')
    session.stop()
    await sent
    expect(view().pair?.phase).toBe('stopped')
    session.vote({ best: 0 })
    expect(view().pair?.vote).toBeNull()
    engine.gate = Promise.resolve()
    await session.again(curation)
    expect(view().pair).toMatchObject({ prompt: 'Hello', phase: 'answered' })
  })

  it('end together where one fails, with the reason', async () => {
    engine.diesAfter = 0
    await session.send(curation, 'Hello')
    expect(view().pair).toMatchObject({ phase: 'failed', failure: { code: 'engine-died' } })
    engine.diesAfter = Infinity
    await session.send(curation, 'Again')
    expect(view()).toMatchObject({ turns: [], pair: { prompt: 'Again', phase: 'answered' } })
  })

  it('come one after another where memory holds one model alone', async () => {
    engine.outOfMemory = ['owner/base']
    await session.send(curation, 'Hello')
    expect(view().pair?.phase).toBe('answered')
    expect(engine.samples.map(({ model }) => model)).toEqual([
      'builtin:SmolLM2-135M-Instruct',
      'owner/base',
    ])
  })
})

describe('the conversation', () => {
  it('goes on with the better answer', async () => {
    await session.send(curation, 'One')
    const [, second] = view().pair?.answers ?? []
    await session.send(curation, 'Too early')
    expect(view().pair?.prompt).toBe('One')
    session.vote({ best: 1 })
    await session.send(curation, 'Two')
    expect(view().turns).toEqual([
      { role: 'user', content: 'One' },
      { role: 'assistant', content: second?.text },
    ])
    expect(engine.samples.slice(2).map(({ prompt }) => prompt)).toEqual(['Two', 'Two'])
  })

  it('goes on with the first of two equals, and without a prompt whose answers were all bad', async () => {
    await session.send(curation, 'One')
    const [first] = view().pair?.answers ?? []
    session.vote('tie')
    await session.send(curation, 'Two')
    session.vote('allBad')
    await session.send(curation, 'Three')
    expect(view().turns.map(({ content }) => content)).toEqual(['One', first?.text])
    session.restart()
    expect(view()).toMatchObject({ turns: [], pair: null })
  })
})

describe('a pair', () => {
  it('leaves no trace unless it is kept', async () => {
    const prompts = folder.read('prompts.jsonl')
    await session.send(curation, 'Hello')
    session.vote({ best: 0 })
    expect(folder.read('prompts.jsonl')).toBe(prompts)
    expect(existsSync(folder.inside('a.aepo'))).toBe(false)
  })

  it('that is kept is a row of the data set, with its prompt, models and settings', async () => {
    await session.send(curation, 'One')
    session.vote({ best: 0 })
    await session.send(curation, 'Two')
    session.vote({ best: 1 })
    const [first, second] = view().pair?.answers ?? []
    await keep()
    expect(view().pair?.kept).toBe('kept')
    expect(view().tally.kept).toBe(1)
    await curation.dataSet.settled()
    expect(folder.rows()).toEqual([
      {
        prompt: [...view().turns, { role: 'user', content: 'Two' }],
        chosen: [{ role: 'assistant', content: second?.text }],
        rejected: [{ role: 'assistant', content: first?.text }],
      },
    ])
    const [selection] = curation.round.selections()
    expect(selection).toMatchObject({ method: 'given', k: 2, n: 2 })
    const candidates = selection?.candidateIds.map((id) => curation.store.candidates.candidate(id))
    expect(candidates?.map((one) => one?.index)).toEqual([4, 5])
    expect(
      candidates?.map(
        (one) => curation.store.candidates.generation(one?.generationId ?? '')?.model,
      ),
    ).toEqual(['builtin:SmolLM2-135M-Instruct', 'owner/base'])
    await reopen()
    expect(curation.dataSet.counts().pairs).toBe(1)
  })

  it('cannot be kept twice, before the vote, or with equal answers', async () => {
    await session.send(curation, 'Hello')
    await keep()
    expect(existsSync(folder.inside('a.aepo'))).toBe(false)
    session.vote({ best: 0 })
    await Promise.all([keep(), keep()])
    expect(curation.round.selections()).toHaveLength(1)
    randoms = [0, 0.1, 0.1] // the same seeds: the fake answers the same
    await session.send(curation, 'Once more')
    session.vote({ best: 0 })
    expect(await keep().catch(toFailure)).toMatchObject({ code: 'bad-input' })
    expect(view().pair?.kept).toBe('no')
    expect(folder.read('prompts.jsonl')).not.toContain('Once more')
  })

  it('is not kept while candidates are generated', async () => {
    await session.send(curation, 'Hello')
    session.vote({ best: 0 })
    const { release } = await curation.store.lockForGeneration()
    expect(await keep().catch(toFailure)).toMatchObject({ code: 'busy' })
    expect(folder.read('prompts.jsonl')).not.toContain('Hello')
    await release()
    await keep()
    expect(view().pair?.kept).toBe('kept')
  })

  it('can be taken back, and kept again', async () => {
    await session.send(curation, 'Hello')
    session.vote({ best: 0 })
    await keep()
    await session.undoKept(curation)
    expect(view()).toMatchObject({ pair: { kept: 'undone' }, tally: { kept: 0 } })
    await curation.dataSet.settled()
    expect(folder.rows()).toEqual([])
    await keep()
    expect(view()).toMatchObject({ pair: { kept: 'kept' }, tally: { kept: 1 } })
  })

  it('joins a prompt that is labelled already beside its other labels', async () => {
    curation = await folder.generated()
    await session.send(curation, 'one')
    session.vote({ best: 0 })
    await keep()
    expect(curation.round.selections()).toHaveLength(1)
    await session.again(curation)
    session.vote({ best: 0 })
    await keep()
    expect(curation.round.selections().map(({ after }) => after?.selectionIds.length ?? 0)).toEqual(
      [0, 1],
    )
  })
})
