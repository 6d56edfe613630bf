// The data folder: made by the first write, with what git is to ignore.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { append, newPaths, openStore } from './support/openStore'
import { annotation, selection } from './support/samples'

describe('the data folder', () => {
  it('is made by the first write, with a .gitignore that a person may change or remove', async () => {
    const paths = newPaths()
    const store = await openStore(paths)
    expect(existsSync(paths.folder)).toBe(false)
    await append(store, annotation('1', selection('p', [0, 1])))
    const file = path.join(paths.folder, '.gitignore')
    expect(readFileSync(file, 'utf8')).toContain('*.lock\n')
    rmSync(file)
    await (await store.lockForGeneration()).release()
    expect(existsSync(file)).toBe(false)
  })

  it('keeps locks, torn lines and what a run leaves out of git, and no journal', async () => {
    const paths = newPaths()
    const store = await openStore(paths)
    await append(store, annotation('1', selection('p', [0, 1])))
    const ignored = [
      'candidates.index',
      '.generation.json',
      '.generation.lock/x',
      'embeddings.index.jsonl.lock/x',
      'candidates.jsonl.torn',
      'runs/1/process.json',
      'runs/1/checkpoints/2/x',
      'runs/1/model/x',
    ]
    const kept = [
      '.gitignore',
      'candidates.jsonl',
      'selections.jsonl',
      'embeddings.f32',
      'annotations/ann.jsonl',
      'runs/1/run.json',
      'runs/1/metrics.jsonl',
    ]
    spawnSync('git', ['init', '--quiet', paths.folder])
    const { stdout } = spawnSync(
      'git',
      ['-C', paths.folder, 'check-ignore', '--no-index', ...ignored, ...kept],
      { encoding: 'utf8' },
    )
    expect(stdout.trim().split('\n')).toEqual(ignored)
  })
})
