// Ends processes and their descendants, whatever process groups the descendants created.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'

/** Kills a process and its descendants; ignores those that have ended. */
export function endTree(pid) {
  if (pid === undefined) return
  if (process.platform === 'win32')
    return void tryTo(() =>
      execFileSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore' }),
    )
  for (const one of [pid, ...descendants(pid)]) tryTo(() => process.kill(one, 'SIGKILL'))
}

/** Sends a signal to a process group; does nothing if it has ended. */
export function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal)
  } catch (error) {
    if (error.code !== 'ESRCH') throw error
  }
}

function descendants(pid) {
  const children = groupByParent(processes())
  const found = []
  for (const waiting = [pid]; waiting.length > 0;) {
    const pids = (children.get(waiting.pop()) ?? []).map((child) => child.pid)
    found.push(...pids)
    waiting.push(...pids)
  }
  return found
}

/** All processes with their parents: from /proc if it exists, because small systems lack `ps`. */
function processes() {
  if (!existsSync('/proc/self/stat')) {
    const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' })
    return table
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .map(([pid, parent]) => ({ pid, parent }))
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        return {
          pid: Number(name),
          parent: Number(stat.slice(stat.lastIndexOf(')')).split(' ')[2]),
        } // the name before may hold spaces
      } catch {
        return [] // gone meanwhile
      }
    })
}

function groupByParent(all) {
  const groups = new Map()
  for (const one of all) groups.set(one.parent, [...(groups.get(one.parent) ?? []), one])
  return groups
}

function tryTo(act) {
  try {
    act()
  } catch {
    // It has ended already.
  }
}
