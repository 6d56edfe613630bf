// Ctrl+C on the command line: the work stops, the exit status names the signal, and nothing is
// left behind.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, it, vi } from 'vitest'
import { aepoJson, ROOT, temporaryFolder } from '../support/command'
import { startFakeServer } from '../support/servers/fakeServer'

/** Leads a process group of its own, as a shell starts it. */
function start(
  cwd: string,
  ...args: string[]
): { pid: number; errors: Promise<string>; ended: Promise<unknown[]> } {
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli.js'), ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  return { pid: child.pid ?? 0, errors: text(child.stderr), ended: once(child, 'exit') }
}

const ctrlC = (pid: number): boolean => process.kill(-pid, 'SIGINT')

async function newCuration(...options: string[]): Promise<string> {
  const cwd = temporaryFolder()
  writeFileSync(path.join(cwd, 'p.jsonl'), '{"prompt": "Hi"}\n')
  await aepoJson(['init', 'a.aepo.json', '--prompts', 'p.jsonl', ...options], { cwd })
  return cwd
}

it('cancels generation, though the engine receives the signal, too', async () => {
  const server = await startFakeServer()
  const cwd = await newCuration('--server', server.url, '--model', 'm')
  // and never answered
  const asked = new Promise<void>((resolve) => server.faults.push(() => resolve()))
  const { pid, errors, ended } = start(cwd, 'generate', 'a.aepo.json')
  await asked
  ctrlC(pid)
  expect(await ended).toEqual([null, 'SIGINT'])
  expect(await errors).toMatch(/aepo: Cancelled\.\n$/)
  expect(readdirSync(path.join(cwd, 'a.aepo'))).toEqual(['.gitignore'])
  expect(
    execFileSync('ps', ['-eo', 'pgid'], { encoding: 'utf8' }).split('\n').map(Number),
  ).not.toContain(pid)
  await server.close()
})

it('ends at once what has nothing to clean up', async () => {
  const cwd = await newCuration()
  writeFileSync(
    path.join(cwd, 'c.jsonl'),
    '{"prompt": "Hi", "response": "Yes"}\n'.repeat(1_000_000),
  )
  const { pid, ended } = start(cwd, 'import', 'a.aepo.json', '--candidates', 'c.jsonl')
  await vi.waitUntil(() => existsSync(path.join(cwd, 'a.aepo/.generation.json')), {
    timeout: 30_000,
    interval: 5,
  })
  ctrlC(pid)
  expect(await ended).toEqual([null, 'SIGINT'])
})
