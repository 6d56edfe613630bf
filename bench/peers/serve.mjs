// The peer's side of bench/support/peerProcess.ts: answers each line of standard input with a line
// of standard output.
import { createInterface } from 'node:readline'

/** @param {(request: any) => Promise<unknown>} answer */
export async function serve(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify({ reply: await answer(JSON.parse(line)) })}\n`)
  }
}
