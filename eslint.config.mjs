// Lint rules; the layers of ARCHITECTURE.md are enforced here.
import { dirname, resolve, relative, sep } from 'node:path'
import tseslint from 'typescript-eslint'

const root = import.meta.dirname

/** Folder → folders of src it may import from. Lower layers first. */
const LAYERS = {
  'src/shared': [],
  'src/core': ['src/shared'],
  'src/engine': ['src/shared', 'src/core'],
  'src/store': ['src/shared', 'src/core'],
  'src/training': ['src/shared', 'src/core'],
  'src/curation': ['src/shared', 'src/core', 'src/engine', 'src/store', 'src/training'],
  'src/host': ['src/shared', 'src/core', 'src/engine', 'src/store', 'src/training', 'src/curation'],
  'src/cli': ['src/shared', 'src/core', 'src/engine', 'src/store', 'src/training', 'src/curation'],
  'webview-ui': ['src/shared', 'src/core'],
}

/** Package → the only places that may import it. */
const OWNERS = {
  '@huggingface/transformers': ['src/engine'],
  'onnxruntime-node': ['src/engine'],
  'onnxruntime-common': ['src/engine'],
  vscode: ['src/host', 'src/extension.ts'],
  '@vscode/webview-ui-toolkit': ['webview-ui/toolkit.ts'],
}

const inside = (path, folder) => path === folder || path.startsWith(`${folder}/`)

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
    const layer = Object.keys(LAYERS).find((folder) => inside(file, folder))
    function check(node, source) {
      if (typeof source !== 'string') return
      if (source.startsWith('.')) {
        const target = relative(root, resolve(dirname(context.filename), source))
          .split(sep)
          .join('/')
        const to = Object.keys(LAYERS).find((folder) => inside(target, folder))
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
    plugins: { aepo: { rules: { layers } } },
    rules: {
      'max-lines': ['error', { max: 300 }],
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
  { files: ['src/**/*.ts', 'webview-ui/**/*.ts'], rules: { 'aepo/layers': 'error' } },
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
  { files: ['src/extension.ts'], rules: { 'max-lines': ['error', { max: 119 }] } },
  {
    files: ['src/shared/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ regex: '^[^.]', message: 'shared imports nothing.' }] },
      ],
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
)
