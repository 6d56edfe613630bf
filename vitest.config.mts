// Test projects: `unit` is fast and needs no model; the others are run by scripts/test.mjs.
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

const OWN_TEMPORARY_FILES = 'test/support/ownTemporaryFiles.ts'

/** These files mostly wait for other programs; two at once keep two cores busy. */
const TWO_FILES_AT_ONCE = Math.min(2, availableParallelism())

/** The tiny model is too small for several threads, which are slow where others use the cores. */
const ONE_THREAD = { OMP_NUM_THREADS: '1' }

/**
 * One process runs file after file: to start one, with what it imports, takes longer than most
 * files. Modules of the project are loaded anew for each file, and no test leaves a mock behind.
 */
const SHARED_PROCESS = {
  isolate: false,
  restoreMocks: true,
  setupFiles: 'test/support/freshModules.ts',
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          globalSetup: OWN_TEMPORARY_FILES,
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 120_000,
          maxWorkers: availableParallelism(),
          ...SHARED_PROCESS,
        },
      },
      {
        test: {
          name: 'engine',
          globalSetup: OWN_TEMPORARY_FILES,
          include: ['test/engine/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'cli',
          globalSetup: OWN_TEMPORARY_FILES,
          include: ['test/cli/**/*.test.ts'],
          env: ONE_THREAD,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: TWO_FILES_AT_ONCE,
        },
      },
      {
        test: {
          name: 'webview',
          globalSetup: OWN_TEMPORARY_FILES,
          include: ['test/webview/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          maxWorkers: TWO_FILES_AT_ONCE,
          ...SHARED_PROCESS,
        },
      },
      {
        test: {
          name: 'vscode',
          globalSetup: 'test/vscode/support/installedExtension.ts',
          include: ['test/vscode/**/*.test.ts'],
          env: ONE_THREAD,
          testTimeout: 300_000,
          hookTimeout: 300_000,
          maxWorkers: TWO_FILES_AT_ONCE,
        },
      },
      // One file at a time: npm start, which one of them runs, builds dist/ anew.
      {
        test: {
          name: 'package',
          globalSetup: OWN_TEMPORARY_FILES,
          include: ['test/package/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
