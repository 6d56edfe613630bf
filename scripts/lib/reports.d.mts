// Types of reports.mjs.
export interface Outcome {
  passed: number
  skipped: number
  failures: { name: string; message: string }[]
}
export function readVitestReport(json: string): Outcome
export function readJunitReport(xml: string): Outcome
