// Builds dist/ in a child process, because esbuild is a dependency that may have been installed by
// the parent.
import { run } from './run.mjs'

export async function build() {
  await run('node', ['esbuild.mjs'], { what: 'The build' })
}
