// Shell scripts that run a prepared training run as a job of a cluster. Every path in them is
// relative, so that the folder of the curation can be copied there.
import { quoted } from '../../shellWord'

/** The folder, within that of the run, that holds what a job needs beside the run. */
export const JOB_FOLDER = 'job'

export const JOB_KINDS = ['slurm', 'ray'] as const
export type JobKind = (typeof JOB_KINDS)[number]

/**
 * Trains the run whose folder holds it, or resumes it where it has a checkpoint: a job that is
 * submitted again goes on.
 */
export const trainScript = `#!/usr/bin/env bash
# Trains the run in the folder above, or resumes it. AEPO_PYTHON names the Python that has the
# packages of requirements.lock; by default it is python3. A run that another process trains is refused.
cd "$(dirname "\${BASH_SOURCE[0]}")/.." || exit 1
export PYTHONPATH="$PWD/${JOB_FOLDER}" PYTHONUNBUFFERED=1
job="\${SLURM_JOB_ID:+SLURM job $SLURM_JOB_ID}"
hosts=()
if [ -n "\${AEPO_MEETING:-}" ]; then # set by a script for several hosts, which starts this one on each
  hosts=(--machines "$SLURM_NNODES" --machine-rank "$SLURM_NODEID" --meeting "$AEPO_MEETING")
fi
"\${AEPO_PYTHON:-python3}" -m aepo_training train --run-dir "$PWD" --job "\${job:-Ray job}" "\${hosts[@]}" &
runner=$!
# At the time limit the runner saves a checkpoint. A host that is ended because another one failed says nothing.
trap '[ -n "\${AEPO_MEETING:-}" ] || touch stopped; kill -TERM "$runner"' TERM INT
while :; do
  wait "$runner"
  code=$?
  kill -0 "$runner" 2>/dev/null && continue
  # Hosts pause one after the other: the end of a launcher may not count as a failure, for which the others are killed.
  [ -n "\${AEPO_MEETING:-}" ] && [ "$code" = 1 ] && { [ -e pause ] || [ -e paused ]; } && code=0
  [ "$code" = 0 ] || [ "$code" = 3 ] || tail -n 5 log.txt >&2 # 3: held, which the runner has said
  exit "$code"
done
`

interface Job {
  id: string
  /** The folder of the run, relative to that of the script; with slashes. */
  run: string
  /** On all hosts together. */
  processes: number
  hosts: number
}

const oneHost = ({ run }: Job): string => `# It passes the signal on.
exec bash ${quoted(`${run}/${JOB_FOLDER}/train.sh`)}
`

/** One task on each host becomes its launcher; all must see the folder under the same path. */
const severalHosts = ({
  run,
}: Job): string => `# The hosts meet at the first one, at a port of this job.
first="$(scontrol show hostnames "$SLURM_JOB_NODELIST" | head -n 1)"
export AEPO_MEETING="$first:$((20000 + SLURM_JOB_ID % 10000))"
export SRUN_CPUS_PER_TASK="\${SLURM_CPUS_PER_TASK:-1}" # srun does not take it from above
# At the time limit all processes save a checkpoint together.
told=
trap ${quoted(`told=1; touch ${quoted(`${run}/pause`)}`)} TERM
srun --ntasks-per-node=1 --kill-on-bad-exit=1 bash ${quoted(`${run}/${JOB_FOLDER}/train.sh`)} &
step=$!
while :; do
  wait "$step"
  code=$?
  kill -0 "$step" 2>/dev/null && continue
  [ -z "$told" ] || touch ${quoted(`${run}/stopped`)} # which counts where the run has not paused
  exit "$code"
done
`

export const jobScript = (kind: JobKind, job: Job): string => SCRIPTS[kind](job)

const SCRIPTS: Readonly<Record<JobKind, (job: Job) => string>> = {
  slurm: (job) => `#!/usr/bin/env bash
# Submit it with sbatch from its own folder. Change the limits below to those of your cluster.
#SBATCH --job-name=aepo-${job.id}
#SBATCH --output=aepo-%j.out
#SBATCH --nodes=${job.hosts}
#SBATCH --ntasks-per-node=1
#SBATCH --cpus-per-task=8
#SBATCH --gres=gpu:${job.processes / job.hosts}
#SBATCH --time=24:00:00
#SBATCH --signal=B:TERM@120
#SBATCH --requeue
cd "\${SLURM_SUBMIT_DIR:-$(dirname "\${BASH_SOURCE[0]}")}" || exit 1
${job.hosts === 1 ? oneHost(job) : severalHosts(job)}`,
  ray: ({ run, processes }) => `#!/usr/bin/env bash
# Submits the run to the Ray cluster at RAY_ADDRESS. Its workers must see this folder under the same path.
# Ray does not hand the environment on: AEPO_PYTHON is part of the command.
here="$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)" || exit 1
exec ray job submit --entrypoint-num-gpus "\${AEPO_GPUS:-${processes}}" -- \\
  env "AEPO_PYTHON=\${AEPO_PYTHON:-python3}" bash "$here"/${quoted(`${run}/${JOB_FOLDER}/train.sh`)}
`,
}
