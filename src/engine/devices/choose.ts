// Takes the first device that is there, worth it, and runs the model; says in one sentence why.
import * as l10n from '@vscode/l10n'
import type { Device, DeviceChoice } from '../../shared/domain'
import { FailureError, failureError, isAbort, toFailure } from '../../shared/errors'
import type { Log } from '../log'
import { candidates } from './backends'
import type { Work } from './speed'

export interface Chosen<T> {
  device: Device
  /** One sentence, without a full stop. */
  reason: string
  loaded: T
}

export interface DeviceProbe {
  supported: () => readonly Device[]
  /** Milliseconds for a fixed piece of work; throws where the device is not there. */
  millisecondsOn: (device: Device, work: Work) => Promise<number>
}

/** What sending a little work to a graphics card may take; software takes longer. */
const MOST_OVERHEAD = 30

/**
 * Loads on the first device of the choice that will do. `auto` passes over a GPU that is absent,
 * not faster than the CPU, on which `load` throws, or for which the model has no file; what else is
 * wrong with the model (a typed failure) is thrown at once.
 * @throws FailureError `device-unavailable` when a device was named and does not run the model.
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
      if (choice === 'auto' && device !== 'cpu') reason = await worthIt(device, probe)
      const loaded = await load(device)
      return {
        device,
        reason:
          reason ??
          (choice === 'auto'
            ? (obstacle ?? l10n.t('no GPU backend on this platform'))
            : l10n.t('as chosen')),
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
      else if (reason !== undefined)
        obstacle = l10n.t`the graphics adapter cannot run this model (${cause})`
      obstacle ??= l10n.t('no usable graphics adapter was found')
    }
  }
  throw failureError('internal', l10n.t('No device was left to try.'))
}

/** What is between the CPU and a device that would be preferred. */
class Obstacle extends Error {}

/** Without its full stop; what a runtime says may go on for pages. */
const firstLine = (message: string): string =>
  (message.trim().split('\n')[0] ?? '').slice(0, 200).replace(/\.$/, '')

/**
 * Why `device` is taken; throws an Obstacle when the CPU is faster. A little work first, so that a
 * slow one is found out soon.
 */
async function worthIt(device: Device, { millisecondsOn }: DeviceProbe): Promise<string> {
  const overhead =
    (await millisecondsOn(device, 'little')) - (await millisecondsOn('cpu', 'little'))
  if (overhead > MOST_OVERHEAD)
    throw new Obstacle(l10n.t('the graphics adapter is slower than the CPU'))
  const there = await millisecondsOn(device, 'enough')
  const here = await millisecondsOn('cpu', 'enough')
  if (there >= here) throw new Obstacle(l10n.t('the graphics adapter is slower than the CPU'))
  return l10n.t`a graphics adapter ${(here / there).toFixed(1)} times as fast as the CPU was found`
}
