// The question before the training environment is built: no leaves nothing, a build can be
// cancelled, then it is built by the real uv. The environment is small here: the lock file of the
// installed extension is replaced by one that names a single wheel of the test's own, which borrows
// the packages of the environment that the tests have built already. All else is as on a person's
// machine.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, expect, vi } from 'vitest'
import { findUv, installPython } from '../../scripts/lib/python.mjs'
import { labelledCuration } from './support/labelledCuration'
import { type VSCode, processesOf } from './support/server'
import { runCard, startTraining } from './support/training'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'
import { WheelServer } from './support/wheelServer'

const python = await installPython()
const uv = await findUv()
const wheels = mkdtempSync(join(tmpdir(), 'aepo-wheels-'))
const WAIT = { timeout: 30_000, interval: 100 }
const WHEEL = 'aepo_borrowed-1-py3-none-any.whl'
const server = await WheelServer.start(wheels)
afterAll(async () => {
  await server.stop()
  rmSync(wheels, { recursive: true })
})

/**
 * The Python that the borrowed packages were made for; on the PATH uv takes it, as it would not
 * take one of an environment.
 */
const base = dirname(
  execFileSync(python, ['-c', 'import sys; print(sys._base_executable)'], {
    encoding: 'utf8',
  }).trim(),
)
const profile = `PATH=${JSON.stringify([base, dirname(uv), process.env['PATH']].join(delimiter))}\n`
const vscodeTest = useVSCode({
  settings: { 'aepo.annotator': 'trainer' },
  home: { '.profile': profile },
  env: { SHELL: '/bin/sh' },
})

vscodeTest(
  'the training environment is built after asking, and a cancelled build leaves nothing',
  {},
  async (workbench, vscode) => {
    replaceLock(vscode)
    const curation = await labelledCuration(workbench.workspace, 'birds', {
      prompts: ['Name a bird.', 'Name a song bird.', 'Name a sea bird.'],
      annotator: 'trainer',
      annotated: 3,
    })
    const cache = join(vscode.globalStorage, 'python')
    const dialog = workbench.notifications.dialog()
    const building = 'Building the training environment'
    await workbench.openFile('birds.aepo.json')
    await workbench.curation().getByText('3 preference pairs').first().waitFor()

    await startTraining(workbench)
    await dialog
      .getByText(
        /Training needs Python packages \(TRL, PyTorch\): about [\d.]+ GB, downloaded once\./,
      )
      .waitFor()
    await workbench.picture('environment-question')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })

    await startTraining(workbench)
    await dialog.getByRole('button', { name: 'Build Environment' }).waitFor()
    expect(existsSync(cache), 'saying no left nothing').toBe(false)
    await dialog.getByRole('button', { name: 'Build Environment' }).click()
    await server.asked()
    expect(uvProcesses(vscode)).toHaveLength(1)
    await workbench.notifications.waitFor(building)
    await workbench.picture('environment-building')
    await workbench.notifications.press(building, 'Cancel')
    await until('the end of uv', () => uvProcesses(vscode).length === 0)
    await vi.waitFor(() => expect(readdirSync(cache)).toEqual([]), WAIT)
    expect(existsSync(join(curation.folder, 'runs'))).toBe(false)

    server.answer()
    await startTraining(workbench)
    await dialog.getByRole('button', { name: 'Build Environment' }).click()
    const run = await runCard(workbench)
    await run.getByText('Finished').waitFor({ timeout: 240_000 })
    expect(curation.runIds()).toHaveLength(1)
    const [environment = ''] = readdirSync(cache).filter((name) => !name.endsWith('.lock'))
    expect(existsSync(join(cache, environment, '.ready'))).toBe(true)
    const { file } = curation.run(curation.runIds()[0] ?? '')
    expect(file.model).toContain('tiny-random')
  },
)

function uvProcesses({ folder }: VSCode): unknown[] {
  return processesOf(folder).filter(({ command }) => /\buv\b.* pip sync/.test(command))
}

/**
 * What the extension installs: one wheel, fetched from the test's own server, checked by its hash
 * like any other.
 */
function replaceLock(vscode: VSCode): void {
  const sitePackages = execFileSync(
    python,
    ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'],
    { encoding: 'utf8' },
  ).trim()
  const files = {
    'aepo_borrowed.pth': `${sitePackages}\n`,
    'aepo_borrowed-1.dist-info/METADATA':
      'Metadata-Version: 2.1\nName: aepo-borrowed\nVersion: 1\n',
    'aepo_borrowed-1.dist-info/WHEEL':
      'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    'aepo_borrowed-1.dist-info/RECORD':
      'aepo_borrowed.pth,,\naepo_borrowed-1.dist-info/METADATA,,\naepo_borrowed-1.dist-info/WHEEL,,\naepo_borrowed-1.dist-info/RECORD,,\n',
  }
  const program =
    'import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1], "w") as z:\n    [z.writestr(n, t) for n, t in json.loads(sys.argv[2]).items()]'
  execFileSync(python, ['-c', program, join(wheels, WHEEL), JSON.stringify(files)])
  const hash = createHash('sha256')
    .update(readFileSync(join(wheels, WHEEL)))
    .digest('hex')
  writeFileSync(
    join(vscode.installedExtension(), 'training/requirements.lock'),
    `aepo-borrowed @ ${server.address}/${WHEEL} --hash=sha256:${hash}\n`,
  )
}
