// The same curation in plain SQLite: what a program would do that keeps everything in one database.
import { createReadStream, existsSync, renameSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import type { Candidate, Selection } from '../../src/shared/domain'
import { promptId } from '../../src/core/formats/ids'

const SCHEMA = `
  CREATE TABLE prompts (place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, messages TEXT NOT NULL);
  CREATE TABLE candidates (id TEXT PRIMARY KEY, prompt_id TEXT NOT NULL, round INTEGER NOT NULL,
    idx INTEGER NOT NULL, text TEXT NOT NULL, record TEXT NOT NULL);
  CREATE TABLE selections (id TEXT PRIMARY KEY, prompt_id TEXT NOT NULL, round INTEGER NOT NULL,
    candidate_ids TEXT NOT NULL);
  CREATE TABLE annotations (id TEXT PRIMARY KEY, selection_id TEXT NOT NULL,
    annotator TEXT NOT NULL, record TEXT NOT NULL);
`
const INDEXES = `
  CREATE INDEX candidates_by_pool ON candidates (prompt_id, round, idx);
  CREATE INDEX selections_by_prompt ON selections (prompt_id, round);
  CREATE INDEX annotations_by_selection ON annotations (selection_id, annotator);
`

const databaseOf = (file: string): string => file.replace(/\.aepo\.json$/, '.sqlite')

/**
 * Makes the database of a curation from its journals, unless it is there.
 * @param file the curation's.
 */
export async function makeDatabase(file: string): Promise<void> {
  if (existsSync(databaseOf(file))) return
  const unfinished = `${databaseOf(file)}.new`
  const database = new DatabaseSync(unfinished)
  database.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF')
  database.exec(SCHEMA)
  database.exec('BEGIN')
  const data = file.replace(/\.aepo\.json$/, '.aepo')
  const insert = (table: string, columns: number): ((values: (string | number)[]) => void) => {
    const marks = Array.from({ length: columns }, () => '?').join(', ')
    const statement = database.prepare(`INSERT INTO ${table} VALUES (${marks})`)
    return (values) => void statement.run(...values)
  }
  const prompt = insert('prompts', 3)
  let place = 0
  for await (const line of linesOf(path.join(path.dirname(file), 'prompts.jsonl'))) {
    const { prompt: messages } = JSON.parse(line) as { prompt: Parameters<typeof promptId>[0] }
    prompt([place++, promptId(messages), JSON.stringify(messages)])
  }
  const candidate = insert('candidates', 6)
  for await (const line of linesOf(path.join(data, 'candidates.jsonl'))) {
    const { text, ...record } = JSON.parse(line) as Candidate | { text?: undefined }
    if (text === undefined) continue
    const { id, promptId: prompt, round, index } = record as Candidate
    candidate([id, prompt, round, index, text, JSON.stringify(record)])
  }
  const selection = insert('selections', 4)
  for await (const line of linesOf(path.join(data, 'selections.jsonl'))) {
    const { id, promptId: prompt, round, candidateIds } = JSON.parse(line) as Selection
    selection([id, prompt, round, JSON.stringify(candidateIds)])
  }
  database.exec('COMMIT')
  database.exec(INDEXES)
  database.close()
  renameSync(unfinished, databaseOf(file))
}

const linesOf = (file: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(file), crlfDelay: Infinity })

export interface SqliteTask {
  selectionId: string
  promptId: string
  candidateIds: string[]
  texts: string[]
}

/** An annotator at work on the database. */
export class SqliteCuration {
  private readonly database: DatabaseSync
  private readonly next
  private readonly text
  private readonly insert
  private readonly count

  constructor(
    file: string,
    private readonly annotator: string,
  ) {
    this.database = new DatabaseSync(databaseOf(file))
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    this.next = this.database.prepare(
      `SELECT s.id, s.prompt_id, s.candidate_ids, p.messages FROM prompts p
         JOIN selections s ON s.prompt_id = p.id AND s.round = 1
        WHERE NOT EXISTS (SELECT 1 FROM annotations a
                           WHERE a.selection_id = s.id AND a.annotator = ?)
        ORDER BY p.place LIMIT 1`,
    )
    this.text = this.database.prepare('SELECT text FROM candidates WHERE id = ?')
    this.insert = this.database.prepare('INSERT INTO annotations VALUES (?, ?, ?, ?)')
    this.count = this.database.prepare(
      `SELECT (SELECT count(*) FROM candidates) AS candidates,
              (SELECT count(*) FROM selections) AS selected,
              (SELECT count(*) FROM annotations WHERE annotator = ?) AS annotated`,
    )
  }

  counts(): unknown {
    return this.count.get(this.annotator)
  }

  task(): SqliteTask | null {
    const row = this.next.get(this.annotator)
    if (!row) return null
    const candidateIds = JSON.parse(String(row['candidate_ids'])) as string[]
    return {
      selectionId: String(row['id']),
      promptId: String(row['prompt_id']),
      candidateIds,
      texts: candidateIds.map((id) => String(this.text.get(id)?.['text'])),
    }
  }

  /** Returns when the annotation is flushed to disk. */
  annotate(id: string, selectionId: string, record: unknown): void {
    this.insert.run(id, selectionId, this.annotator, JSON.stringify(record))
  }
}
