// `npm run l10n`: writes l10n/bundle.l10n.json, the strings that people read, from the code.
// `--check` fails when it is out of date and writes nothing.
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure, script } from './lib/run.mjs'
import { BUNDLE, exportStrings } from './lib/strings.mjs'

await script(async ([option]) => {
  const strings = await exportStrings()
  if (option === '--check') {
    if ((await readFile(BUNDLE, 'utf8')) !== strings)
      throw new Failure(
        'l10n/bundle.l10n.json differs from the strings in the code: run npm run l10n.',
      )
    return
  }
  await mkdir(dirname(BUNDLE), { recursive: true })
  await writeFile(BUNDLE, strings)
})
