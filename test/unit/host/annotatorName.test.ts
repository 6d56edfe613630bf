// Under which name the setting has a person annotate, and that it is not that of a judge.
import { expect, it } from 'vitest'
import { annotatorName } from '../../../src/host/annotatorName'
import { CurationDocument } from '../../../src/host/curationDocument'
import { CurationFolder } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'
import { documentServices } from './support/documentServices'

it.each([
  ['Ada Lovelace', 'Ada-Lovelace'],
  ['..x', 'x'],
  ['judge', 'judge'],
])('is of “%s” %s', (setting, name) => {
  expect(annotatorName(setting)).toBe(name)
})

it('of a judge opens no curation, and says which setting to change', async () => {
  let setting = 'judge:strict'
  const folder = new CurationFolder(['one'])
  const services = documentServices(folder.path, new FakeEngine())
  const document = new CurationDocument(
    { fsPath: folder.file, path: folder.file } as unknown as CurationDocument['uri'],
    { ...services, window: { ...services.window, annotator: () => annotatorName(setting) } },
  )
  await expect(document.open()).rejects.toThrow('“judge:strict” is the name of a judge')
  expect(document.state()).toMatchObject({
    file: { phase: 'broken' },
    obstacle: { failure: { where: 'aepo.annotator' }, isPast: false },
  })
  setting = 'ada'
  await document.reload()
  expect(document.state()).toMatchObject({ file: { phase: 'open' }, obstacle: null })
  document.dispose()
})
