// Files that hold no data though their name says so, recognised by their first bytes or by a line.
import * as l10n from '@vscode/l10n'
import { parseJson } from './jsonText'
import { isRecord, shortened } from './values'
import { wideEncoding, type WideEncoding } from './wideEncoding'

export interface NotData {
  message: string
  remedy: string
}

/** First bytes of binary formats that rows are not read from, as latin1. */
const SIGNATURES: readonly (readonly [start: string, name: string, remedy: string])[] = [
  [
    'PK\x03\x04',
    l10n.t('a ZIP archive or an Excel workbook'),
    l10n.t('Unpack it, or save it as CSV.'),
  ],
  ['\xd0\xcf\x11\xe0', l10n.t('an Excel workbook'), l10n.t('Save it as CSV.')],
  ['\x28\xb5\x2f\xfd', l10n.t('a Zstandard archive'), l10n.t('Unpack it with zstd -d.')],
  ['\x1f\x8b', l10n.t('a gzip archive'), l10n.t('Unpack it with gunzip.')],
  ['PAR1', l10n.t('a Parquet file within an archive'), l10n.t('Unpack it with gunzip.')],
  ['BZh', l10n.t('a bzip2 archive'), l10n.t('Unpack it with bunzip2.')],
  ['\xfd7zXZ', l10n.t('an xz archive'), l10n.t('Unpack it with unxz.')],
  ['ARROW1', l10n.t('an Arrow file'), l10n.t('Save it as Parquet or JSON Lines.')],
  ['\xff\xff\xff\xff', l10n.t('an Arrow stream'), l10n.t('Save it as Parquet or JSON Lines.')],
  [
    ['SQLite', 'format', '3\0'].join(' '),
    l10n.t('an SQLite database'),
    l10n.t('Export the table as CSV.'),
  ],
  ['%PDF', l10n.t('a PDF document'), l10n.t('Save its text as a text file.')],
  ['\x89PNG', l10n.t('a picture'), l10n.t('Choose a file of prompts.')],
  ['\x80\x04\x95', l10n.t('a Python pickle'), l10n.t('Save it as JSON Lines.')],
]

/** What servers of files send instead of one. */
const SERVER_ERROR =
  /^((\d{3}:? )?(Not Found|Forbidden|Access Denied|Unauthorized|Bad credentials)|Entry not found|Repository not found|Invalid username or password|Rate limit exceeded|Authentication required)\.?$/i

/** Longer answers of servers are data. */
const LONGEST_ERROR_CHARACTERS = 4096

/** Keys of the object that servers send as an error. */
const ERROR_KEYS =
  /^(error|errors|message|detail|details|documentation_url|status|code|title|type|path|timestamp|request_?id|success)$/i

/** Where a tar archive says that it is one. */
const TAR_MARK_BYTES = 257

/**
 * What a file is whose first bytes are these, if it holds no rows.
 * @param head uncompressed; some kilobytes.
 */
export function notDataByHead(head: Buffer): NotData | null {
  const start = head.toString('latin1', 0, 16)
  const signature = SIGNATURES.find(([bytes]) => start.startsWith(bytes))
  if (signature) return { message: l10n.t`This file is ${signature[1]}.`, remedy: signature[2] }
  if (head.toString('latin1', TAR_MARK_BYTES, TAR_MARK_BYTES + 5) === 'ustar')
    return { message: l10n.t('This file is a tar archive.'), remedy: l10n.t('Unpack it.') }
  if (head.length > 0 && head.every((byte) => byte === 0)) return zeroFilled()
  const encoding = wideEncoding(head)
  return encoding === null
    ? (notDataByError(head.toString('utf8')) ?? notDataByText(head.toString('utf8', 0, 1024)))
    : wideText(encoding)
}

const wideText = (encoding: WideEncoding): NotData => ({
  message: l10n.t`This file is ${encoding}, not UTF-8.`,
  remedy: l10n.t`Save it as UTF-8 (in Excel: “CSV UTF-8”), or convert it: iconv -f ${encoding} -t UTF-8.`,
})

const zeroFilled = (): NotData => ({
  message: l10n.t('This file holds zero bytes only: its content was never written to the disk.'),
  remedy: l10n.t('Fetch or write it again.'),
})

function notDataByText(text: string): NotData | null {
  if (/^version https:\/\/git-lfs\.github\.com\/spec\//.test(text))
    return {
      message: l10n.t('This is a Git LFS pointer, not the file itself.'),
      remedy: l10n.t('Fetch the file: git lfs pull.'),
    }
  if (/^\s*<(!doctype html|html|head|body)\b|^\s*<.*<html\b/is.test(text))
    return {
      message: l10n.t('This is an HTML page, such as an error page of a server, not data.'),
      remedy: l10n.t('Fetch the file again, with access to it.'),
    }
  if (/^# xet version|^\/annex\/objects\//.test(text))
    return {
      message: l10n.t('This is a pointer to a file that is stored elsewhere, not the file itself.'),
      remedy: l10n.t('Fetch the file.'),
    }
  if (SERVER_ERROR.test(text.trim())) return serverError(text.trim())
  if (/^\s*<\?xml\b/i.test(text))
    return {
      message: l10n.t('This is an XML document, such as an error message of a server.'),
      remedy: l10n.t('Fetch the file again, or convert it to JSON Lines.'),
    }
  return null
}

/** An object that holds an error and nothing else: `{"error": "Entry not found"}`. */
function notDataByError(text: string): NotData | null {
  if (text.length > LONGEST_ERROR_CHARACTERS || !/^\s*\{/.test(text)) return null
  const parsed = parseJson(text)
  if (!('value' in parsed) || !isRecord(parsed.value)) return null
  const { error, message, detail } = parsed.value
  const names = Object.keys(parsed.value)
  const said = [error, message, detail].find((value) => typeof value === 'string')
  const isCoded = names.some((name) => /^(status|code|documentation_url)$/i.test(name))
  const isError =
    error !== undefined || (said !== undefined && (isCoded || SERVER_ERROR.test(said)))
  return isError && names.every((name) => ERROR_KEYS.test(name))
    ? serverError(said ?? JSON.stringify(error ?? parsed.value))
    : null
}

const serverError = (said: string): NotData => ({
  message: l10n.t`This is an error message of a server, not data: “${shortened(said, 100)}”.`,
  remedy: l10n.t('Fetch the file again, with access to it.'),
})

/** Consecutive zero bytes that no text holds. */
const ZERO_BYTES = '\0'.repeat(4)

/** Whether a line was never written, though the file is as long as if it were. */
export function notDataByZeroBytes(line: string): NotData | null {
  return line.includes(ZERO_BYTES)
    ? {
        message: l10n.t('This line holds zero bytes: the file was not written to its end.'),
        remedy: l10n.t('Fetch or write the file again.'),
      }
    : null
}

/** Whether a line is a marker of git between the two sides of a conflict. */
export function notDataByConflict(line: string): NotData | null {
  return /^(<{7}|>{7}|\|{7})( .*)?$/.test(line)
    ? {
        message: l10n.t('This line is a marker of a merge conflict.'),
        remedy: l10n.t('Resolve the conflict in the file.'),
      }
    : null
}
