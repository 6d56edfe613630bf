// The finish reasons of servers, in lower case and with `_` for `-`.
import type { SampledCandidate } from '../../shared/engineProtocol'

/** Of a response that ended; any other reason is `other`. */
export const FINISH_REASONS: Readonly<Record<string, SampledCandidate['finishReason']>> = {
  stop: 'stop',
  eos: 'stop',
  eos_token: 'stop',
  eos_found: 'stop',
  stop_token: 'stop',
  stop_sequence: 'stop',
  stop_str: 'stop',
  end_turn: 'stop',
  complete: 'stop',
  completed: 'stop',
  finished: 'stop',
  length: 'length',
  limit: 'length',
  max_tokens: 'length',
  max_new_tokens: 'length',
  max_output_tokens: 'length',
  max_completion_tokens: 'length',
  token_limit: 'length',
  max_length: 'length',
  model_length: 'length',
  context_length: 'length',
  context_length_exceeded: 'length',
  model_context_window_exceeded: 'length',
  error_limit: 'length',
}

/** The server gave up: such a response is incomplete. */
export const ABORTED: readonly string[] = [
  'abort',
  'aborted',
  'error',
  'failed',
  'server_error',
  'internal_error',
  'network_error',
  'cancel',
  'canceled',
  'cancelled',
  'user_cancel',
  'timeout',
  'time_limit',
  'overloaded',
  'engine_overloaded',
  'insufficient_system_resource',
]

/** A content filter, by the names that servers give it. */
export const FILTERED: readonly string[] = [
  'content_filter',
  'content_filtered',
  'guardrail_intervened',
  'moderation',
  'error_toxic',
  'safety',
  'sensitive',
  'prohibited_content',
  'blocklist',
  'recitation',
  'spii',
]
