// Builds dist/: extension, engine and command line (Node, CommonJS), webview (browser). `--watch`
// rebuilds on change.
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import * as esbuild from 'esbuild'

const watch = process.argv.includes('--watch')
const root = import.meta.dirname

const common = {
  bundle: true,
  sourcemap: true,
  minify: !watch,
  legalComments: 'linked',
  logLevel: 'warning',
  absWorkingDir: root,
  outdir: 'dist',
}

/** transformers.js reads pictures through sharp, a native package: text models need none. */
const withoutSharp = {
  name: 'without-sharp',
  setup(build) {
    build.onResolve({ filter: /^sharp$/ }, () => ({ path: 'sharp', namespace: 'absent' }))
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
      contents: "export default () => { throw new Error('Pictures cannot be read here.') }",
    }))
  },
}

const node = {
  ...common,
  platform: 'node',
  mainFields: ['module', 'main'],
  target: 'node20',
  format: 'cjs',
  external: ['vscode', 'onnxruntime-node', 'onnxruntime-common'],
  plugins: [withoutSharp],
  define: { 'import.meta.url': '__importMetaUrl' },
  banner: { js: "const __importMetaUrl = require('node:url').pathToFileURL(__filename).href;" },
}

const builds = [
  // zod looks at `navigator`, for which VS Code logs an error: an extension host is no browser.
  {
    ...node,
    entryPoints: { extension: 'src/extension.ts' },
    define: { ...node.define, navigator: 'undefined' },
  },
  {
    ...node,
    entryPoints: {
      engine: 'src/engine/main.ts',
      decoder: 'src/engine/decoderMain.ts',
      embedding: 'src/engine/embeddingMain.ts',
      drawing: 'src/engine/drawing/worker.ts',
    },
  },
  {
    ...node,
    entryPoints: {
      simulation: 'src/simulation/worker.ts',
      labelAnalysis: 'src/labelAnalysis/worker.ts',
    },
  },
  {
    ...node,
    entryPoints: { cli: 'src/cli/main.ts' },
    banner: { js: `#!/usr/bin/env node\n${node.banner.js}` },
  },
  {
    ...common,
    entryPoints: { webview: 'webview-ui/main.ts' },
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    loader: { '.ttf': 'file' },
  },
]

/**
 * onnxruntime-node finds its binary beside itself, invisible to a bundler: it is shipped as a
 * package under dist/node_modules, with the binary of this platform only.
 */
async function shipOnnxRuntime() {
  for (const name of ['onnxruntime-common', 'onnxruntime-node']) {
    const from = path.join(root, 'node_modules', name)
    const to = path.join(root, 'dist/node_modules', name)
    await mkdir(to, { recursive: true })
    const manifest = JSON.parse(await readFile(path.join(from, 'package.json'), 'utf8'))
    delete manifest.scripts
    await writeFile(path.join(to, 'package.json'), JSON.stringify(manifest, null, 2))
    await cp(path.join(from, 'dist'), path.join(to, 'dist'), {
      recursive: true,
      filter: (file) => !/\.(map|d\.ts)$/.test(file),
    })
    if (name === 'onnxruntime-node') {
      const binary = path.join('bin/napi-v6', process.platform, process.arch)
      await cp(path.join(from, binary), path.join(to, binary), { recursive: true })
    }
  }
}

const contexts = await Promise.all(builds.map((options) => esbuild.context(options)))
await shipOnnxRuntime()
if (watch) {
  await Promise.all(contexts.map((context) => context.watch()))
} else {
  await Promise.all(contexts.map((context) => context.rebuild()))
  await Promise.all(contexts.map((context) => context.dispose()))
}
