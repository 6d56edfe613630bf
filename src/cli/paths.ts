// Where the command line finds its parts.
import path from 'node:path'

/** dist/ is beside package.json, models/, training/ and l10n/, in a checkout and when installed. */
export const ROOT = path.resolve(__dirname, '..')
