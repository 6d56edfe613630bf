// Sentences of the Python runner. It writes each as an English template with values, and here the
// template is translated.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'

const textSchema = z.object({
  template: z.string().describe('English, with a {name} for each value.'),
  values: z.record(z.string(), z.string()),
})
export const textsSchema = z.array(textSchema)

/** The sentences in the user's language, in one line. */
export const translated = (texts: z.infer<typeof textsSchema>): string =>
  // eslint-disable-next-line aepo/localised -- exported from the sources of the runner
  texts.map(({ template, values }) => l10n.t(template, values)).join(' ')
