// The peer's side of bench/support/peerProcess.ts: reads one request per line from standard input
// and writes one reply per line to standard output.
import { createInterface } from 'node:readline'

/** @param {(request: any) => Promise<unknown>} answer */
export async function serve(answer) {
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify({ reply: await answer(JSON.parse(line)) })}\n`)
  }
}
