// The process that trains a run, on whichever machine: `holder.json` in the folder of the run. The
// runner writes, renews and removes it (training/src/aepo_training/train/holder.py).
// Invariant I25.
import * as l10n from '@vscode/l10n'
import { open, readFile, readlink } from 'node:fs/promises'
import os from 'node:os'
import { z } from 'zod'
import { jsonOf } from '../core/text/values'
import { isRunner } from '../processes/pythonRunner'
import type { Failure } from '../shared/errors'
import { runPath } from './runFolder'

/** Without a renewal for so long, a holder on another machine counts as killed. */
const STALE_MS = 120_000

const holderSchema = z.object({
  host: z.string(),
  machine: z.string(),
  pid: z.number().int().positive(),
  since: z.iso.datetime(),
  job: z.string().nullable(),
})
export type Holder = z.infer<typeof holderSchema>

/** The holder of a run, if it is alive: on this machine the process itself is looked for. */
export async function liveHolder(folder: string): Promise<Holder | null> {
  const found = await readHolder(folder)
  if (!found) return null
  const { holder, renewedAt } = found
  const isAlive =
    holder.machine === (await thisMachine())
      ? await isRunner(holder.pid, folder)
      : Date.now() - renewedAt < STALE_MS
  return isAlive ? holder : null
}

/** The failure of a second process on a run. */
export function heldFailure(id: string, { host, pid, since, job }: Holder): Failure {
  const time = new Date(since).toLocaleString()
  return {
    code: 'busy',
    message:
      job === null
        ? l10n.t`The process ${pid} on ${host} has trained this run since ${time}.`
        : l10n.t`${job} has trained this run since ${time} (process ${pid} on ${host}).`,
    where: id,
    remedy:
      job === null
        ? l10n.t('Wait for its end, or pause it.')
        : l10n.t('Wait for its end, pause it, or cancel the job there.'),
  }
}

/** Opened and then asked for its time: a network file system answers from its server. */
async function readHolder(folder: string): Promise<{ holder: Holder; renewedAt: number } | null> {
  const file = await open(runPath(folder, 'holder')).catch(() => null)
  if (!file) return null
  try {
    const holder = holderSchema.safeParse(jsonOf(await file.readFile('utf8'))).data
    return holder ? { holder, renewedAt: (await file.stat()).mtimeMs } : null
  } finally {
    await file.close()
  }
}

/** As `machine` in holder.py. */
async function thisMachine(): Promise<string> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'ascii')
    return `${boot.trim()} ${await readlink('/proc/self/ns/pid')}`
  } catch {
    return os.hostname()
  }
}
