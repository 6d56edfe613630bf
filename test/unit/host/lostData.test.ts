// A data folder that is deleted under an open editor where no data set shows that there was one.
import { rmSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CurationDocument } from '../../../src/host/curationDocument'
import { CurationFolder } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'
import { documentServices } from './support/documentServices'

it('is said to be gone until generating starts anew', async () => {
  const folder = new CurationFolder(['one', 'two'], { sampling: { n: 4 } })
  const uri = { fsPath: folder.file, path: folder.file } as unknown as CurationDocument['uri']
  const document = new CurationDocument(uri, documentServices(folder.path, new FakeEngine()))
  await document.open()
  await document.refresh()
  expect(document.state()).toMatchObject({ file: { lost: null }, obstacle: null })
  await document.generate()
  rmSync(folder.inside('a.aepo'), { recursive: true })
  // also when the empty folder is read again
  for (let reading = 0; reading < 2; reading++) {
    await document.refresh()
    expect(document.state()).toMatchObject({
      file: { lost: { startsAnew: true } },
      obstacle: {
        failure: {
          message: 'The data folder a.aepo does not exist.',
          remedy: 'Restore the folder from version control or the trash.',
        },
      },
      counts: { candidates: 0 },
    })
  }
  await document.generate()
  await expect
    .poll(() => document.state())
    .toMatchObject({ file: { lost: null }, obstacle: null, counts: { candidates: 8 } })
  document.dispose()
})
