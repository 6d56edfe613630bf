// Disks that are small or read-only for one program alone: it runs in a mount namespace of its own,
// so that neither root nor traces are needed.
import { execFileSync, spawnSync } from 'node:child_process'

/** Words to put before a program: runs it after a shell command that is given the folder as $0. */
export function inNamespace(mount: string, folder: string): string[] {
  return ['unshare', '--map-root-user', '--mount', 'sh', '-c', `${mount} && exec "$@"`, folder]
}

/** Shell commands for {@link inNamespace}. */
export const smallDisk = (size: string): string => `mount -t tmpfs -o size=${size} none "$0"`
export const READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0"'

/** Makes a folder writable again that is {@link READ_ONLY} for a running program. */
export function makeWritable(pid: number, folder: string): void {
  execFileSync('nsenter', [
    '--preserve-credentials',
    '--user',
    '--mount',
    '--target',
    String(pid),
    'mount',
    '-o',
    'remount,rw,bind',
    folder,
  ])
}

/** How a path that a running program sees in its namespace is reached from outside. */
export const seenBy = (pid: number, file: string): string => `/proc/${pid}/root${file}`

/** Whether {@link inNamespace} works here: Linux that lets this user make namespaces. */
export const hasNamespaces =
  process.platform === 'linux' &&
  spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status === 0
