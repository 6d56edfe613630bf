// The packaged extension: it holds what it needs, nothing else, and works from where it is
// unpacked.
import { execFile } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { isBuiltin } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { packagedFiles } from '../../scripts/lib/packagedFiles.mjs'
import { vsixPath } from '../../scripts/lib/vsix.mjs'
import { SAMPLE_FILES } from '../../src/host/sample'
import { Zip } from './support/zip'

const ROOT = join(import.meta.dirname, '../..')
const PLATFORM = `${process.platform}/${process.arch}`
/** Two embedded models, the generator with three graphs, and ONNX Runtime for one platform. */
const SIZE_LIMIT_BYTES = 268e6

const ALLOWED = [
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(readme|changelog)\.md$/i,
  /^LICENSE\.txt$/,
  /^l10n\/[\w.-]+\.json$/,
  /^media\/([\w-]+\/)?[\w-]+\.(md|png|svg|ttf)$/,
  /^schemas\/[\w-]+\.schema\.json$/,
  /^dist\/(extension|engine|decoder|drawing|embedding|simulation|labelAnalysis|cli|webview)\.js(\.LEGAL\.txt)?$/,
  /^dist\/webview\.css(\.LEGAL\.txt)?$/,
  /^dist\/[\w-]+\.ttf$/,
  new RegExp(
    `^dist/node_modules/onnxruntime-node/(package\\.json|dist/[\\w/-]+\\.js|bin/napi-v6/${PLATFORM}/[\\w.-]+)$`,
  ),
  /^dist\/node_modules\/onnxruntime-common\/(package\.json|dist\/(cjs|esm)\/[\w/.-]+\.js(on)?|dist\/ort-common[\w.]*\.js|dist\/cjs\/package\.json)$/,
  /^models\/README\.md$/,
  /^models\/(SmolLM2-135M-Instruct|all-MiniLM-L6-v2)\/(onnx\/)?[\w.-]+$/,
  /^samples\/(README|GUIDELINES)\.md$/,
  /^samples\/[\w-]+\.(jsonl|aepo\.json)$/,
  /^samples\/first-labels\.aepo\/(candidates|selections)\.jsonl$/,
  /^training\/requirements(-(embedded|gguf|onnx))?\.lock$/,
  /^training\/src\/aepo_training\/[\w/]+\.py$/,
  /^training\/src\/aepo_training\/train\/regression\/neutral\.txt$/,
]

const REQUIRED = [
  'package.json',
  'package.nls.json',
  'l10n/bundle.l10n.json',
  'readme.md',
  'LICENSE.txt',
  'schemas/curation.schema.json',
  'dist/extension.js',
  'dist/engine.js',
  'dist/decoder.js',
  'dist/drawing.js',
  'dist/embedding.js',
  'dist/simulation.js',
  'dist/labelAnalysis.js',
  'dist/cli.js',
  'dist/webview.js',
  `dist/node_modules/onnxruntime-node/bin/napi-v6/${PLATFORM}/onnxruntime_binding.node`,
  'models/SmolLM2-135M-Instruct/onnx/model_q4.onnx',
  'models/SmolLM2-135M-Instruct/onnx/model_integer_q4.onnx',
  'models/SmolLM2-135M-Instruct/onnx/model_integer_q4.onnx_data',
  'models/SmolLM2-135M-Instruct/onnx/model_prefill_q4.onnx',
  'models/SmolLM2-135M-Instruct/LICENSE',
  'models/all-MiniLM-L6-v2/onnx/model_quantized.onnx',
  'models/all-MiniLM-L6-v2/onnx/model_unpadded_quantized.onnx',
  'models/all-MiniLM-L6-v2/LICENSE',
  ...SAMPLE_FILES.map((name) => `samples/${name}`),
  'training/requirements.lock',
  'training/requirements-embedded.lock',
  'training/requirements-gguf.lock',
  'training/requirements-onnx.lock',
  'training/src/aepo_training/__main__.py',
  'training/src/aepo_training/train/regression/neutral.txt',
]

interface Manifest {
  main: string
  icon: string
  l10n?: string
  contributes: {
    commands: { command: string; title: string; category: string }[]
    menus: Record<string, { command: string }[]>
    jsonValidation: { url: string }[]
    walkthroughs: { steps: { media: { markdown?: string; image?: string } }[] }[]
    configuration: {
      properties: Record<string, { description?: string; markdownDescription?: string }>
    }
  }
}

let zip: Zip
let names: string[]
let manifest: Manifest

beforeAll(() => {
  zip = new Zip(vsixPath())
  names = zip.names
    .filter((name) => name.startsWith('extension/'))
    .map((name) => name.slice('extension/'.length))
  manifest = JSON.parse(text('package.json')) as Manifest
})

const text = (name: string): string => zip.read(`extension/${name}`).toString('utf8')
const within = (path: string): string => path.replace(/^\.\//, '')

describe('the files', () => {
  test('are those that are needed', () => {
    expect(names).toEqual(expect.arrayContaining(REQUIRED))
  })

  test('are no others', () => {
    expect(names.filter((name) => !ALLOWED.some((pattern) => pattern.test(name)))).toEqual([])
  })

  test('hold nothing that is for development', () => {
    expect(
      names.filter((name) =>
        /\.(map|ts|mts|vsix)$|(^|\/)(tests?|tiny-random|scripts|tools|__pycache__)\//.test(name),
      ),
    ).toEqual([])
  })

  test('are those whose changes make another package', async () => {
    const sources = new Map([
      ['readme.md', 'dist/README.md'],
      ['changelog.md', 'CHANGELOG.md'],
      ['LICENSE.txt', 'LICENSE'],
    ])
    const known = new Set(await packagedFiles())
    expect(names.filter((name) => !known.has(sources.get(name) ?? name))).toEqual([])
  })

  test(`weigh less than ${SIZE_LIMIT_BYTES / 1e6} MB together`, () => {
    expect(statSync(vsixPath()).size).toBeLessThan(SIZE_LIMIT_BYTES)
  })

  test('are for this platform alone', () => {
    const binaries = names.filter((name) => name.includes('/bin/napi-'))
    expect(binaries.filter((name) => !name.includes(`/${PLATFORM}/`))).toEqual([])
    expect(zip.read('extension.vsixmanifest').toString('utf8')).toContain(
      `TargetPlatform="${process.platform}-${process.arch}"`,
    )
  })

  test.each(['SmolLM2-135M-Instruct', 'all-MiniLM-L6-v2'])('hold the whole model %s', (model) => {
    for (const file of readdirSync(join(ROOT, 'models', model), {
      recursive: true,
      withFileTypes: true,
    })) {
      if (!file.isFile()) continue
      const name = join(file.parentPath, file.name).slice(ROOT.length + 1)
      expect(zip.read(`extension/${name}`).equals(readFileSync(join(ROOT, name))), name).toBe(true)
    }
  })

  test('are those that the manifest names', () => {
    const { main, icon, contributes } = manifest
    const media = contributes.walkthroughs.flatMap(({ steps }) =>
      steps.flatMap(({ media: { markdown, image } }) => [markdown, image]),
    )
    const named = [main, icon, ...contributes.jsonValidation.map(({ url }) => url), ...media]
      .filter((path) => path !== undefined)
      .map(within)
    expect(names).toEqual(expect.arrayContaining(named))
  })
})

describe('the bundles', () => {
  test.each(['extension', 'engine', 'cli'])(
    '%s.js requires nothing that is not there',
    (bundle) => {
      const required = [...text(`dist/${bundle}.js`).matchAll(/\brequire\("([^"]+)"\)/g)].map(
        ([, name = '']) => name,
      )
      const isShipped = (name: string): boolean =>
        names.some(
          (file) =>
            file === `dist/node_modules/${name}/package.json` ||
            file === `dist/node_modules/${name}`,
        )
      expect(required.length).toBeGreaterThan(0)
      expect(
        required.filter((name) => name !== 'vscode' && !isBuiltin(name) && !isShipped(name)),
      ).toEqual([])
    },
  )

  test('only the extension knows of vscode', () => {
    expect(text('dist/extension.js')).toContain('require("vscode")')
    for (const bundle of ['engine', 'cli'])
      expect(text(`dist/${bundle}.js`)).not.toContain('require("vscode")')
  })
})

describe('the texts', () => {
  test('of the manifest all have words, and no word is left over', () => {
    const words = JSON.parse(text('package.nls.json')) as Record<string, string>
    const used = [
      ...new Set([...text('package.json').matchAll(/"%([\w.-]+)%"/g)].map(([, key = '']) => key)),
    ]
    expect(used.toSorted()).toEqual(Object.keys(words).toSorted())
    expect(Object.entries(words).filter(([, word]) => word.trim() === '')).toEqual([])
  })

  test('of commands: a category and a title each; menus name no other command', () => {
    const { commands, menus } = manifest.contributes
    for (const { command, category, title } of commands) {
      expect(category, command).toBe('AEPO')
      expect(title, command).toMatch(/^%command\.\w+%$/)
    }
    const known = commands.map(({ command }) => command)
    expect(
      Object.values(menus)
        .flat()
        .filter(({ command }) => !known.includes(command)),
    ).toEqual([])
  })

  test('of settings: each is described', () => {
    for (const [name, { description, markdownDescription }] of Object.entries(
      manifest.contributes.configuration.properties,
    )) {
      expect(name).toMatch(/^aepo\./)
      expect(description ?? markdownDescription, name).toMatch(/^%[\w.]+%$/)
    }
  })
})

describe("the extension's page", () => {
  const page = (): string => text('readme.md')

  test('has no picture and no link that would be broken there', () => {
    const targets = [...page().matchAll(/\]\(([^)]*)\)/g)].map(([, target = '']) => target)
    expect(targets.filter((target) => !target.startsWith('https://'))).toEqual([])
    expect(page()).not.toMatch(/!\[|<img/)
  })

  test('is for those who have installed it', () => {
    expect(page()).toContain('New Curation')
    expect(page()).not.toMatch(/npm|dist\/|<!--/)
  })
})

describe('unpacked elsewhere', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'aepo-vsix-'))
    for (const name of names) {
      const file = join(folder, 'extension', name)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, zip.read(`extension/${name}`))
      if (file.endsWith('.node')) chmodSync(file, 0o755)
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('its command line samples, embeds and selects with the embedded models', async () => {
    const work = join(folder, 'work')
    mkdirSync(work)
    writeFileSync(join(work, 'prompts.jsonl'), '{"prompt": "Name a colour."}\n')
    const aepo = (...args: string[]) =>
      promisify(execFile)(process.execPath, [join(folder, 'extension/dist/cli.js'), ...args], {
        cwd: work,
      })
    await aepo(
      'init',
      'colours.aepo.json',
      '--prompts',
      'prompts.jsonl',
      '--n',
      '4',
      '--max-new-tokens',
      '8',
    )
    await aepo('generate', 'colours.aepo.json')
    await aepo('select', 'colours.aepo.json')
    const { stdout } = await aepo('status', 'colours.aepo.json', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ prompts: 1, candidates: 4, selected: 1 })
  })
})
