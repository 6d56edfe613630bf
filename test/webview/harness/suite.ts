// What the files of tests in a real browser share: one harness each, and no test that ends with a
// misdeed.
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { type Editor, Harness, type Options } from './editor'
import type { FakeHost } from './fakeHost'

/** To be called once at the top of a file; returns the way to open an editor. */
export function useEditors(): (host: FakeHost, options?: Options) => Promise<Editor> {
  let harness: Harness
  const opened: Editor[] = []
  beforeAll(async () => {
    harness = await Harness.start()
  })
  afterAll(() => harness.stop())
  afterEach(async () => {
    const editors = opened.splice(0)
    await Promise.all(editors.map((editor) => editor.close()))
    expect(editors.flatMap(({ misdeeds }) => misdeeds)).toEqual([])
  })
  return async (host, options) => {
    const editor = await harness.open(host, options)
    opened.push(editor)
    return editor
  }
}
