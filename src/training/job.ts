// A prepared run as a job: a script for the queue of a cluster, with all it needs beside the run.
import { cp, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { JOB_FOLDER, type JobKind, jobScript, trainScript } from '../core/training/job/jobScripts'
import type { RunFile } from '../core/training/runFile'
import type { Runner } from '../processes/pythonRunner'
import { replaceFile, writeNamedFile } from '../store/atomicFile'

const PACKAGE = 'aepo_training'
const LOCK = 'requirements.lock'

interface JobOptions {
  kind: JobKind
  /** The file that is submitted. */
  script: string
  hosts: number
}

/**
 * Copies the runner into the folder of the run, and writes the script.
 * @throws FailureError where it cannot be written.
 */
export async function writeJob(
  folder: string,
  { id, common }: RunFile,
  { trainingFolder }: Runner,
  { kind, script, hosts }: JobOptions,
): Promise<void> {
  const job = path.join(folder, JOB_FOLDER)
  await mkdir(job, { recursive: true })
  await cp(path.join(trainingFolder, 'src', PACKAGE), path.join(job, PACKAGE), {
    recursive: true,
    filter: (file) => path.basename(file) !== '__pycache__',
  })
  await cp(path.join(trainingFolder, LOCK), path.join(job, LOCK))
  await replaceFile(path.join(job, 'train.sh'), [trainScript])
  const run = path.relative(path.dirname(script), folder).split(path.sep).join('/')
  await writeNamedFile(script, [jobScript(kind, { id, run, processes: common.processes, hosts })])
}
