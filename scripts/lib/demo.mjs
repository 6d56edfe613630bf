// The main workflow without a window: candidates, selections, labels and a DPO data set, through
// the command line.
import { copyFile, mkdir, mkdtemp, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { root } from './paths.mjs'
import { Failure, run } from './run.mjs'

const SAMPLE_FILES = ['helpful.aepo.json', 'prompts.jsonl', 'GUIDELINES.md']
const CURATION = 'helpful.aepo.json'

/**
 * @param {{ out?: string, limit?: number }} options the folder to work in (a temporary one by
 *   default; work found there is resumed), and the number of prompts to generate for
 */
export async function demo({ out, limit } = {}) {
  const folder = out ? resolve(out) : await mkdtemp(join(tmpdir(), 'aepo-demo-'))
  await mkdir(folder, { recursive: true })
  for (const file of SAMPLE_FILES) await copyFile(join(root, 'samples', file), join(folder, file))
  const aepo = (call, ...args) =>
    run('node', [join(root, 'dist/cli.js'), call, CURATION, ...args], {
      cwd: folder,
      show: 'terminal',
      what: `aepo ${call}`,
    })

  console.log(`\nThe sample's prompts, sampled by the embedded model on this machine, in ${folder}`)
  await aepo('generate', ...(limit === undefined ? [] : ['--limit', String(limit)]))
  await aepo('select')
  console.log(
    '\nNobody is here to label: the annotator "demo" prefers the longer response, a known baseline and no judgement of quality.',
  )
  await aepo('annotate', '--rule', 'longest', '--annotator', 'demo')
  await aepo('export', '--format', 'dpo', '--out', 'helpful.dpo.jsonl')
  await aepo('status')
  await printWritten(folder)
  return { folder }
}

async function printWritten(folder) {
  const lines = async (file) =>
    (await readFile(join(folder, file), 'utf8')).split('\n').filter(Boolean)
  console.log('\nWritten:')
  for (const file of [
    'helpful.aepo/candidates.jsonl',
    'helpful.aepo/selections.jsonl',
    'helpful.aepo/annotations/demo.jsonl',
    'helpful.dpo.jsonl',
  ]) {
    console.log(`  ${join(folder, file)}: ${(await lines(file)).length} lines`)
  }
  const [row] = await lines('helpful.dpo.jsonl')
  if (!row)
    throw new Failure('The data set has no row: every pair of selected responses was equally long.')
  console.log(`\nOne row of the data set:\n${JSON.stringify(JSON.parse(row), null, 2)}`)
}
