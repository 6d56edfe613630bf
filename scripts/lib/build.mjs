// Builds dist/ in a process of its own, since the builder is a dependency that must be installed
// first.
import { run } from './run.mjs'

export async function build() {
  await run('node', ['esbuild.mjs'], { what: 'The build' })
}
