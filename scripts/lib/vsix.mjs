// Packages the extension for this platform.
import { existsSync, readFileSync } from 'node:fs'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { extensionReadme } from './extensionReadme.mjs'
import { hashOfPackaged } from './packagedFiles.mjs'
import { platform, root } from './paths.mjs'
import { Failure, run } from './run.mjs'

/** Minimum for vsce. The project's own Node, which npm has for most platforms, is newer. */
const LEAST_NODE_OF_VSCE = 22
/** Generated; relative to the checkout, as vsce wants it. */
const README = 'dist/README.md'

export function vsixPath() {
  const { name, version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return join(root, `${name}-${version}-${platform}.vsix`)
}

/** Packages the current build, unless the package is of it already; `dist/` must exist. */
export async function packageExtension() {
  const node = Number.parseInt(
    await run('node', ['--version']).then((version) => version.replace('v', '')),
    10,
  )
  if (node < LEAST_NODE_OF_VSCE)
    throw new Failure(`Packaging needs Node ${LEAST_NODE_OF_VSCE} or newer, this is Node ${node}.`)
  await stat(join(root, 'dist/extension.js')).catch(() => {
    throw new Failure('dist/ is missing: run npm run build first.')
  })
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  await writeFile(join(root, README), extensionReadme(readme))
  const file = vsixPath()
  const inputs = `${file}.inputs`
  const hash = await hashOfPackaged()
  if (!existsSync(file) || (await readFile(inputs, 'utf8').catch(() => '')) !== hash) {
    // Killed in between, the next call must not take the new package for the earlier one.
    await rm(inputs, { force: true })
    await writeVsix(file)
    await writeFile(inputs, hash)
  }
  const { size } = await stat(file)
  return { file, size }
}

/** @param {string} file */
async function writeVsix(file) {
  const unfinished = `${file}.${process.pid}.vsix`
  try {
    await run(
      'node',
      [
        'node_modules/@vscode/vsce/vsce',
        'package',
        '--no-dependencies',
        '--allow-missing-repository',
        '--no-rewrite-relative-links',
        '--readme-path',
        README,
        '--target',
        platform,
        '--out',
        unfinished,
      ],
      { what: 'vsce package' },
    )
    await rename(unfinished, file)
  } finally {
    await rm(unfinished, { force: true })
  }
}
