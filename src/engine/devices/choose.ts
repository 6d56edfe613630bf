// Chooses the device for a model: the first that is present, fast enough, and runs the model.
import * as l10n from '@vscode/l10n'
import type { Device, DeviceChoice } from '../../shared/domain'
import { FailureError, failureError, isAbort, toFailure } from '../../shared/errors'
import type { Log } from '../log'
import { candidates } from './backends'
import type { SpeedTest } from './speed'

export interface Chosen<T> {
  device: Device
  /** Why this device was chosen; without a full stop. */
  reason: string
  loaded: T
}

export interface DeviceProbe {
  supported: () => readonly Device[]
  /** Milliseconds for a fixed amount of work; throws if the device is absent. */
  millisecondsOn: (device: Device, work: SpeedTest) => Promise<number>
}

/**
 * Largest overhead of a small piece of work on a GPU, in milliseconds. An adapter that computes in
 * software takes longer.
 */
const MAX_OVERHEAD = 30

/**
 * Loads the model on the first suitable device. `auto` skips a GPU that is absent or not faster
 * than the CPU, on which `load` throws, or for which the model has no file. Other typed failures
 * are faults of the model and are thrown at once.
 * @throws FailureError `device-unavailable` if the user named a device that does not run the model.
 */
export async function loadOnDevice<T>(
  choice: DeviceChoice,
  load: (device: Device) => Promise<T>,
  probe: DeviceProbe,
  log: Log,
): Promise<Chosen<T>> {
  let obstacle: string | undefined
  for (const device of candidates(choice, probe.supported())) {
    let reason: string | undefined
    try {
      if (choice === 'auto' && device !== 'cpu') reason = await speedup(device, probe)
      const loaded = await load(device)
      return {
        device,
        reason:
          reason ??
          (choice === 'auto'
            ? (obstacle ?? l10n.t('no GPU backend on this platform'))
            : l10n.t('as configured')),
        loaded,
      }
    } catch (thrown) {
      const isWithoutFile =
        choice === 'auto' &&
        thrown instanceof FailureError &&
        thrown.failure.code === 'model-incomplete'
      if ((thrown instanceof FailureError && !isWithoutFile) || isAbort(thrown) || device === 'cpu')
        throw thrown
      const cause = firstLine(toFailure(thrown).message)
      log('info', `${device}: ${cause}`)
      if (choice !== 'auto')
        throw failureError(
          'device-unavailable',
          l10n.t`The device ${choice} cannot be used here: ${cause}.`,
          {
            remedy: l10n.t('Choose "auto" or "cpu" as the device.'),
          },
        )
      if (thrown instanceof Obstacle) obstacle = cause
      else if (reason !== undefined) obstacle = l10n.t`the GPU cannot run this model (${cause})`
      obstacle ??= l10n.t('no usable GPU was found')
    }
  }
  throw failureError('internal', l10n.t('No device was left to try.'))
}

/** Why a device that is present is not used. */
class Obstacle extends Error {}

/** The first line without its full stop. Messages of a runtime can be pages long. */
const firstLine = (message: string): string =>
  message.trim().split('\n')[0]!.slice(0, 200).replace(/\.$/, '')

/**
 * The reason to use `device`. Measures a small piece of work first, which detects a slow device
 * soon.
 * @throws Obstacle if the CPU is faster.
 */
async function speedup(device: Device, { millisecondsOn }: DeviceProbe): Promise<string> {
  const overhead = (await millisecondsOn(device, 'small')) - (await millisecondsOn('cpu', 'small'))
  if (overhead > MAX_OVERHEAD) throw new Obstacle(l10n.t('the GPU is slower than the CPU'))
  const there = await millisecondsOn(device, 'large')
  const here = await millisecondsOn('cpu', 'large')
  if (there >= here) throw new Obstacle(l10n.t('the GPU is slower than the CPU'))
  return l10n.t`a GPU ${(here / there).toFixed(1)} times as fast as the CPU was found`
}
