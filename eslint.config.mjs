// Lint rules; the layers of ARCHITECTURE.md are enforced here.
import { dirname, resolve, relative, sep } from 'node:path'
import tseslint from 'typescript-eslint'
import { localised } from './scripts/lint/localised.mjs'

const root = import.meta.dirname

/** Every layer beside the first may import these. */
const GROUND = ['src/shared', 'src/async']

/** What VS Code and the terminal may import. */
const USERS = [
  ...GROUND,
  'src/core',
  'src/store',
  'src/processes',
  'src/curation',
  'src/training',
  'src/evaluation',
  'src/simulation',
  'src/labelAnalysis',
]

/** Folder → folders it may import from. The innermost folder that holds a file counts. */
const LAYERS = {
  'src/shared': [],
  'src/async': ['src/shared'],
  'src/core': ['src/shared'],
  'src/store': [...GROUND, 'src/core'],
  'src/processes': [...GROUND, 'src/core'],
  'src/curation': [...GROUND, 'src/core', 'src/store', 'src/processes'],
  'src/training': [...GROUND, 'src/core', 'src/store', 'src/processes', 'src/curation'],
  'src/evaluation': [
    ...GROUND,
    'src/core',
    'src/store',
    'src/processes',
    'src/curation',
    'src/training',
  ],
  'src/simulation': [...GROUND, 'src/core', 'src/store', 'src/processes', 'src/curation'],
  'src/labelAnalysis': [...GROUND, 'src/core', 'src/store', 'src/processes', 'src/curation'],
  'src/host': USERS,
  'src/cli': USERS,
  'webview-ui': ['src/shared', 'src/core'],
  // The engine is a program of its own: nothing imports it.
  'src/engine/runtime': [...GROUND, 'src/core'],
  'src/engine/models': [...GROUND, 'src/core', 'src/engine/runtime'],
  'src/engine/devices': [...GROUND, 'src/core', 'src/engine/runtime'],
  'src/engine/drawing': [...GROUND, 'src/core', 'src/engine/runtime'],
  'src/engine/generation': [
    ...GROUND,
    'src/core',
    'src/engine/runtime',
    'src/engine/models',
    'src/engine/drawing',
  ],
  'src/engine/scoring': [
    ...GROUND,
    'src/core',
    'src/engine/runtime',
    'src/engine/models',
    'src/engine/generation',
  ],
  'src/engine/embedding': [...GROUND, 'src/core', 'src/engine/runtime', 'src/engine/models'],
  'src/engine/servers': [
    ...GROUND,
    'src/core',
    'src/engine/models',
    'src/engine/embedding',
    'src/engine/generation',
  ],
  'src/engine': [
    ...GROUND,
    'src/core',
    'src/engine/runtime',
    'src/engine/models',
    'src/engine/devices',
    'src/engine/drawing',
    'src/engine/generation',
    'src/engine/embedding',
    'src/engine/scoring',
    'src/engine/servers',
  ],
}

/** Package → the only places that may import it. */
const OWNERS = {
  '@huggingface/transformers': ['src/engine'],
  undici: ['src/engine'],
  'onnxruntime-node': ['src/engine'],
  'onnxruntime-common': ['src/engine'],
  vscode: ['src/host', 'src/extension.ts'],
  '@vscode/webview-ui-toolkit': ['webview-ui/toolkit.ts'],
}

/** What every folder of the engine may use. */
const ENGINE_HELPERS = [
  'src/engine/log',
  'src/engine/chunks',
  'src/engine/headerValue',
  'src/engine/network',
  'src/engine/networkFault',
  'src/engine/retryAfter',
]

/** Their text goes through `l10n.t`. */
const LOCALISED = [
  'src/{async,cli,core,curation,engine,evaluation,host,labelAnalysis,processes,shared,simulation,store,training}/**/*.ts',
  'webview-ui/**/*.ts',
]

/**
 * Their text does not: package.nls.json has it, only the code reads it, or it is in the words of
 * Jinja.
 */
const ENGLISH = [
  'src/core/jinja/*.ts',
  'src/host/commands/{table,when}.ts',
  'src/host/settings.ts',
  'src/core/formats/jsonSchemas.ts',
]

const inside = (path, folder) => path === folder || path.startsWith(`${folder}/`)

/** The innermost folder of {@link LAYERS} that a path lies in. */
const layerOf = (path) =>
  Object.keys(LAYERS)
    .filter((folder) => inside(path, folder))
    .toSorted((one, other) => other.length - one.length)[0]

const layers = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      layer: '{{from}} must not import {{to}}: imports go down the layers.',
      owner: '{{name}} is imported in {{owners}} alone.',
    },
  },
  create(context) {
    const file = relative(root, context.filename).split(sep).join('/')
    const layer = layerOf(file)
    function check(node, source) {
      if (typeof source !== 'string') return
      if (source.startsWith('.')) {
        const target = relative(root, resolve(dirname(context.filename), source))
          .split(sep)
          .join('/')
        const to =
          ENGINE_HELPERS.includes(target) && layer?.startsWith('src/engine')
            ? layer
            : layerOf(target)
        if (layer && to && to !== layer && !LAYERS[layer].includes(to))
          context.report({ node, messageId: 'layer', data: { from: layer, to } })
      } else {
        const name = Object.keys(OWNERS).find((owned) => inside(source, owned))
        if (name && !OWNERS[name].some((owner) => inside(file, owner)))
          context.report({
            node,
            messageId: 'owner',
            data: { name, owners: OWNERS[name].join(', ') },
          })
      }
    }
    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ImportExpression: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => check(node, node.source?.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
    }
  },
}

export default tseslint.config(
  { ignores: ['**/node_modules/', 'dist/', 'test-results/', 'training/', 'models/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    plugins: { aepo: { rules: { layers, localised } } },
    rules: {
      'max-lines': ['error', { max: 300 }],
      'max-params': ['error', { max: 6 }],
      'max-len': [
        'error',
        {
          code: 100,
          ignoreStrings: true,
          ignoreTemplateLiterals: true,
          ignoreRegExpLiterals: true,
          ignoreUrls: true,
        },
      ],
      eqeqeq: 'error',
      'object-shorthand': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/prefer-readonly': 'error',
      // a protocol side without requests is one
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  {
    files: ['src/**/*.ts', 'webview-ui/**/*.ts'],
    rules: { 'aepo/layers': 'error', 'max-lines-per-function': ['error', { max: 80 }] },
  },
  { files: LOCALISED, rules: { 'aepo/localised': 'error' } },
  { files: ENGLISH, rules: { 'aepo/localised': 'off' } },
  // Index access in hot loops is asserted: a default such as `?? 0` would hide an index error.
  {
    files: ['src/core/**/*.ts', 'src/engine/**/*.ts', 'src/store/tables/**/*.ts', 'bench/**/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'Date',
        'process',
        'fetch',
        'console',
        'setTimeout',
        'performance',
      ],
      'no-restricted-properties': ['error', { object: 'Math', property: 'random' }],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['node:*', '!node:crypto'], message: 'core has no I/O.' }] },
      ],
    },
  },
  // Use cases take values: one place reads the command line.
  {
    files: ['src/**/*.ts'],
    ignores: ['src/core/**/*.ts', 'src/cli/main.ts'],
    rules: { 'no-restricted-properties': ['error', { object: 'process', property: 'argv' }] },
  },
  { files: ['src/extension.ts'], rules: { 'max-lines': ['error', { max: 119 }] } },
  {
    files: ['src/shared/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^(?!\\.|@vscode/l10n$)', message: 'shared imports nothing but l10n.' },
          ],
        },
      ],
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
)
