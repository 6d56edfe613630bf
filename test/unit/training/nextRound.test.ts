// The next round: what a name means, how the model of a run is built or served, what is imported.
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Curation } from '../../../src/curation/curation'
import type { ModelBuildOptions } from '../../../src/processes/modelBuild'
import { buildRunModel, servingLine } from '../../../src/training/builtModels'
import { onwardLines } from '../../../src/training/exportedModel'
import { importModel } from '../../../src/training/importedModel'
import { localRound, roundSource, servedRound, servedSource } from '../../../src/training/nextRound'
import { TrainingRun } from '../../../src/training/trainingRun'
import {
  addCheckpoint,
  earlierRun,
  failureOf,
  newCuration,
  runFile,
  runner,
  runsFolder,
} from './support/runs'

const ENDED = [
  { event: 'start', step: 0 },
  { event: 'end', step: 8, outcome: { moved: true, largestUpdate: 1 } },
]
const ID = runFile().id
const REMEDY = 'Serve it.'

let folder: string
let curation: Curation
let runFolder: string

beforeEach(async () => {
  folder = runsFolder()
  curation = await newCuration(folder)
  runFolder = earlierRun(curation.paths.runs, ENDED)
  mkdirSync(path.join(runFolder, 'model'))
})

/** Builds with a script in the place of Python; it finds the target folder in `$TO`. */
function options(script: string): ModelBuildOptions & { stages: string[] } {
  const stages: string[] = []
  const { python } = runner(
    folder,
    `case "$*" in *find_spec*) exit 0;; esac
TO=$(eval echo "\\\${$#}")
${script}`,
  )
  return {
    python,
    trainingFolder: folder,
    cache: path.join(folder, 'cache'),
    signal: new AbortController().signal,
    onLine: () => undefined,
    onStage: (sentence) => stages.push(sentence),
    stages,
  }
}

const BUILDS = `echo "stage export"
mkdir "$TO"
echo '{"precision":"int8","divergence":0.001,"moved":0.1}' > "$TO/built.json"`

describe('what a name means', () => {
  it('is a run, by its id or its folder', async () => {
    const expected = { run: { file: { id: ID } } }
    expect(await roundSource(curation, ID, '/elsewhere')).toMatchObject(expected)
    expect(await roundSource(curation, `run:${ID}`, '/elsewhere')).toMatchObject(expected)
    expect(await roundSource(curation, `a.aepo/runs/${ID}`, folder)).toMatchObject(expected)
    const source = await roundSource(curation, ID, folder)
    expect(localRound(curation, source)).toEqual({ generator: { model: `run:${ID}` } })
  })

  it('is a model: embedded, in a folder, or of the hub', async () => {
    mkdirSync(path.join(folder, 'models/mine'), { recursive: true })
    const from = (name: string, base = folder): Promise<unknown> =>
      roundSource(curation, name, base)
    expect(await from('builtin:x')).toEqual({ model: 'builtin:x' })
    expect(await from('mine', path.join(folder, 'models'))).toEqual({ model: './models/mine' })
    expect(await from(path.dirname(folder))).toEqual({ model: path.dirname(folder) })
    expect(await from('org/name')).toEqual({ model: 'org/name' })
  })

  it('is nothing where there is no such run or folder', async () => {
    expect(await failureOf(roundSource(curation, 'other', folder))).toMatchObject({
      code: 'not-found',
      message: 'There is no run other.',
      remedy: `The runs are ${ID}.`,
    })
    expect(await failureOf(roundSource(curation, './other', folder))).toMatchObject({
      code: 'not-found',
      where: path.join(folder, 'other'),
    })
  })

  it('is for a server the id of a run, or the model as the server names it', async () => {
    const server = 'http://localhost:8000/v1'
    expect(servedRound(curation, await servedSource(curation, ID), server)).toEqual({
      generator: { server, model: ID },
      run: ID,
    })
    expect(await servedSource(curation, `run:${ID}`)).toMatchObject({ run: { file: { id: ID } } })
    expect(servedRound(curation, await servedSource(curation, 'org/name'), server)).toEqual({
      generator: { server, model: 'org/name' },
    })
  })
})

describe('the model of a run', () => {
  it('is built once into the folder of the run, with what was measured', async () => {
    const run = await TrainingRun.open(runFolder)
    const building = options(BUILDS)
    const built = await buildRunModel(run, building, REMEDY)
    expect(built).toEqual({
      folder: path.join(runFolder, 'generator'),
      precision: 'int8',
      divergence: 0.001,
      moved: 0.1,
    })
    expect(building.stages).toContain('Exporting to ONNX')
    expect(await buildRunModel(run, options('exit 1'), REMEDY)).toEqual(built)
  })

  it('is not built where the run is not finished; it says what to do', async () => {
    writeFileSync(path.join(runFolder, 'metrics.jsonl'), '')
    writeFileSync(path.join(runFolder, 'stopped'), '')
    addCheckpoint(runFolder)
    const run = await TrainingRun.open(runFolder)
    expect(await failureOf(buildRunModel(run, options(BUILDS), REMEDY))).toMatchObject({
      code: 'bad-input',
      where: ID,
      remedy: 'Resume it.',
    })
  })

  it('is not built where it is a reward model, which generates nothing', async () => {
    writeFileSync(
      path.join(runFolder, 'run.json'),
      JSON.stringify({ ...runFile(), method: 'reward', own: { margin: 1, center: 0 } }),
    )
    const run = await TrainingRun.open(runFolder)
    expect(await failureOf(buildRunModel(run, options(BUILDS), REMEDY))).toMatchObject({
      code: 'bad-input',
      where: ID,
      message: 'A reward model generates no responses.',
    })
  })

  it('that cannot be built can be served: the failure has the reason and the remedy', async () => {
    const run = await TrainingRun.open(runFolder)
    const failing = options('echo "noise" >&2; echo "the exporter does not know it" >&2; exit 1')
    expect(await failureOf(buildRunModel(run, failing, REMEDY))).toMatchObject({
      code: 'training-failed',
      message: 'The model could not be built: the exporter does not know it',
      remedy: REMEDY,
    })
    const changed = options('echo "The model has changed." >&2; exit 2')
    expect(await failureOf(buildRunModel(run, changed, REMEDY))).toMatchObject({
      code: 'bad-input',
    })
  })

  it('is built by one process at a time, and what a killed one left is removed', async () => {
    const left = path.join(runFolder, '.generator.abc.tmp')
    mkdirSync(left)
    const run = await TrainingRun.open(runFolder)
    const once = options(`if [ -e "${folder}/begun" ]; then exit 1; fi
touch "${folder}/begun"
${BUILDS}`)
    const both = await Promise.all([
      buildRunModel(run, once, REMEDY),
      buildRunModel(run, once, REMEDY),
    ])
    expect(both[0]).toEqual(both[1])
    expect(existsSync(left)).toBe(false)
  })

  it('that is cancelled leaves nothing', async () => {
    const controller = new AbortController()
    const run = await TrainingRun.open(runFolder)
    const before = readdirSync(runFolder)
    const slow = options('echo "stage load"; exec sleep 600')
    const onStage = (sentence: string): void => {
      if (sentence === 'Loading the weights') controller.abort()
    }
    const building = buildRunModel(run, { ...slow, signal: controller.signal, onStage }, REMEDY)
    expect(await failureOf(building)).toMatchObject({ code: 'cancelled' })
    expect(readdirSync(runFolder)).toEqual(before)
  })

  it('is served whole, or as an adapter on its base at a rank that vLLM takes', async () => {
    expect(await servingLine(await TrainingRun.open(runFolder))).toBe(
      `vllm serve ${path.join(runFolder, 'model')} --served-model-name ${ID}`,
    )
    const adapter = path.join(runFolder, 'model/adapter_config.json')
    writeFileSync(adapter, JSON.stringify({ r: 20 }))
    expect(await servingLine(await TrainingRun.open(runFolder))).toBe(
      `vllm serve /m/tiny --enable-lora --max-lora-rank 32 --lora-modules ${ID}=${path.join(runFolder, 'model')}`,
    )
  })
})

describe('a model from elsewhere', () => {
  const target = (): string => path.join(folder, 'models/new')
  const importing = (name: string): Promise<unknown> =>
    failureOf(
      importModel(path.join(folder, name), target(), () => Promise.resolve(options(BUILDS))),
    )

  it('is built into a new folder', async () => {
    mkdirSync(path.join(folder, 'hf'))
    writeFileSync(path.join(folder, 'hf/config.json'), '{}')
    writeFileSync(path.join(folder, 'hf/model.safetensors.index.json'), '')
    const built = await importModel(path.join(folder, 'hf'), target(), () =>
      Promise.resolve(options(BUILDS)),
    )
    expect(built).toMatchObject({ folder: target(), precision: 'int8' })
    expect(await importing('hf')).toMatchObject({ message: 'This folder already exists.' })
  })

  it('is built from a GGUF file, too', async () => {
    writeFileSync(path.join(folder, 'm.gguf'), 'GGUF and more')
    const built = await importModel(path.join(folder, 'm.gguf'), target(), () =>
      Promise.resolve(options(BUILDS)),
    )
    expect(built.folder).toBe(target())
  })

  it('is refused with what to do where it is another file, needs no build, or is no model', async () => {
    writeFileSync(path.join(folder, 'm.gguf'), 'GG')
    expect(await importing('m.gguf')).toMatchObject({
      remedy: expect.stringMatching(/or a GGUF file/) as string,
    })
    mkdirSync(path.join(folder, 'ready/onnx'), { recursive: true })
    writeFileSync(path.join(folder, 'ready/onnx/model.onnx'), '')
    expect(await importing('ready')).toMatchObject({
      remedy: expect.stringMatching(/Name the folder itself/) as string,
    })
    mkdirSync(path.join(folder, 'empty'))
    expect(await importing('empty')).toMatchObject({ message: 'This folder has no config.json.' })
    writeFileSync(path.join(folder, 'empty/config.json'), '{}')
    expect(await importing('empty')).toMatchObject({
      message: 'This folder has no model.safetensors.',
    })
    writeFileSync(path.join(folder, 'empty/adapter_config.json'), '{}')
    expect(await importing('empty')).toMatchObject({
      message: 'This folder has no adapter_model.safetensors.',
    })
    writeFileSync(path.join(folder, 'empty/adapter_model.safetensors'), '')
    expect(await importing('nowhere')).toMatchObject({ code: 'not-found' })
    const built = importModel(path.join(folder, 'empty'), target(), () =>
      Promise.resolve(options(BUILDS)),
    )
    expect(await built).toMatchObject({ folder: target() })
  })
})

it('lines for other programs survive blanks and quotes in a path', () => {
  const lines = onwardLines("/a b/it's").map(({ line }) => line)
  expect(lines[0]).toBe(String.raw`vllm serve '/a b/it'\''s' --served-model-name 'it'\''s'`)
  expect(lines.map((line) => line.split(' ')[0])).toEqual([
    'vllm',
    'python',
    'llama-server',
    'printf',
    'lm_eval',
    'hf',
  ])
})
