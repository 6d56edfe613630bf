// How the engine's parts report what is of interest to the log alone.
import type { EngineOwnerSide } from '../shared/engineProtocol'

type Entry = EngineOwnerSide['notifications']['log']
export type Log = (level: Entry['level'], message: Entry['message']) => void
