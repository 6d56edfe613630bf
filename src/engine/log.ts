// The log of the engine: entries go to the owner's log, not to the user.
import type { EngineOwnerSide } from '../shared/engineProtocol'

type Entry = EngineOwnerSide['notifications']['log']
export type Log = (level: Entry['level'], message: Entry['message']) => void
