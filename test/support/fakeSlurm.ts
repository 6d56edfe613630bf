// Shell scripts in the place of SLURM's commands: all hosts are this machine.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Runs a copy of the script, as SLURM does, and waits for its end. */
const SBATCH = `#!/usr/bin/env bash
export SLURM_JOB_ID=12 SLURM_SUBMIT_DIR="$PWD" SLURM_CPUS_PER_TASK=8 SLURM_JOB_NODELIST='host[0-9]'
SLURM_NNODES="$(sed -n 's/^#SBATCH --nodes=//p' "$1")"
export SLURM_NNODES
cp "$1" "$0.script"
exec bash "$0.script"
`

/** Starts the command once for each host; where one fails, it ends the others. */
const SRUN = `#!/usr/bin/env bash
case "$*" in *--ntasks-per-node=1*--kill-on-bad-exit=1*) ;; *) echo "srun $*" >&2; exit 64 ;; esac
while [ "\${1#--}" != "$1" ]; do shift; done
tasks=() failed=0
for ((host = 0; host < SLURM_NNODES; host++)); do
  SLURM_NODEID=$host "$@" &
  tasks+=($!)
done
for _ in "\${tasks[@]}"; do
  wait -n
  code=$?
  [ "$code" = 0 ] || [ "$failed" != 0 ] || { failed=$code; kill "\${tasks[@]}" 2>/dev/null; }
done
exit "$failed"
`

const SCONTROL = `#!/usr/bin/env bash
[ "$*" = 'show hostnames host[0-9]' ] || exit 64
echo 127.0.0.1
echo another
`

/** The path of `sbatch`, and an environment whose PATH has all of them. */
export function fakeSlurm(folder: string): { sbatch: string; env: NodeJS.ProcessEnv } {
  const bin = path.join(folder, 'slurm')
  mkdirSync(bin, { recursive: true })
  for (const [name, script] of Object.entries({ sbatch: SBATCH, srun: SRUN, scontrol: SCONTROL }))
    writeFileSync(path.join(bin, name), script, { mode: 0o755 })
  const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` }
  return { sbatch: path.join(bin, 'sbatch'), env }
}
