// The stages of the experiment. Each makes what is not in the working folder yet.
import type { Engine } from '../../src/curation/engine'
import type { Prompt } from '../../src/shared/domain'
import type { JudgedPrompt } from '../../src/simulation/judgedPool'
import {
  armName,
  armsOf,
  type Cell,
  cellName,
  cellsOf,
  type Design,
  seedsOf,
  shuffledPrompts,
} from './design'
import type { WorkFolder } from './files'
import { compare, type Scored } from './figures'
import { labelCell, type LabelledCell, runOf } from './labels'
import { type ArmResult, report } from './report'
import { Scores } from './scores'
import type { SampleJob, TorchSide } from './torchSide'

const TRAIN = 'prompts/train.json'
const HELD_OUT = 'prompts/held-out.json'
/** Written when all cells are labelled. */
const JUDGE = 'judge.json'
/** Held-out responses are drawn with other seeds than candidates. */
const HELD_OUT_SEED = 1000

export interface Setting {
  design: Design
  prompts: { train: readonly Prompt[]; heldOut: readonly Prompt[] }
  /** Judged responses by the id of their prompt. */
  pools: ReadonlyMap<string, JudgedPrompt>
  work: WorkFolder
  torch: TorchSide
  /** The embedded model in Hugging Face format. */
  trainable: string
  engine: Engine
  batch: number
  parallel: number
}

const candidatesOf = (seed: number): string => `candidates/seed${seed}.jsonl`
const baseOf = (seed: number): string => `responses/base-seed${seed}.jsonl`
const responsesOf = (cell: Cell): string => `responses/${cellName(cell)}.jsonl`

export class Experiment {
  constructor(private readonly setting: Setting) {}

  /** Samples the pools, and the base's responses to the held-out prompts. */
  async candidates(): Promise<void> {
    const { design, prompts, torch, work, batch } = this.setting
    this.sameDesign()
    work.writeJson(TRAIN, prompts.train)
    work.writeJson(HELD_OUT, prompts.heldOut)
    const jobs = seedsOf(design).flatMap((seed): SampleJob[] => [
      this.job(null, TRAIN, Math.max(...design.sizes), seed, candidatesOf(seed)),
      this.job(null, HELD_OUT, design.responses, HELD_OUT_SEED + seed, baseOf(seed)),
    ])
    await torch.sample(jobs, batch)
  }

  /** Selects and annotates, and prepares the training runs. */
  async labels(): Promise<void> {
    const { design, prompts, work, engine, trainable } = this.setting
    if (work.has(JUDGE)) return
    const seeds = seedsOf(design)
    const scores = await this.scores(seeds.map(candidatesOf))
    console.log(`The judge orders ${(100 * scores.accuracy).toFixed(1)} % of judged pairs right.`)
    for (const cell of cellsOf(design)) {
      const labelled = await labelCell(cell, {
        work,
        prompts: shuffledPrompts(prompts.train, cell.seed),
        responses: work.responses(candidatesOf(cell.seed)),
        engine: scores.engine(engine),
        score: (promptId, text) => scores.of(promptId, text),
        trainable,
        maxNewTokens: design.maxNewTokens,
      })
      console.log(`${cellName(cell)}: ${JSON.stringify(labelled)}`)
    }
    work.writeJson(JUDGE, { accuracy: scores.accuracy })
  }

  /** Trains, and samples each trained model's responses to the held-out prompts. */
  async runs(): Promise<void> {
    const { design, torch, batch, parallel } = this.setting
    const cells = cellsOf(design)
    await torch.train(cells.map(runOf), parallel)
    const jobs = cells.map((cell) =>
      this.job(
        `${runOf(cell)}/model`,
        HELD_OUT,
        design.responses,
        HELD_OUT_SEED + cell.seed,
        responsesOf(cell),
      ),
    )
    await torch.sample(jobs, batch)
  }

  /** Compares each trained model with its base, and the rules with random pairs. */
  async report(): Promise<void> {
    const { design, prompts, work } = this.setting
    const cells = cellsOf(design)
    const files = [...seedsOf(design).map(baseOf), ...cells.map(responsesOf)]
    const scores = await this.scores(files)
    const scored = (name: string): Scored[] =>
      work.responses(name).map((response) => ({
        ...response,
        score: scores.of(response.promptId, response.text),
      }))
    const ids = prompts.heldOut.map(({ id }) => id)
    const arms = armsOf(design).map((arm): ArmResult => {
      const own = cells.filter((cell) => armName(cell) === armName(arm))
      return {
        arm,
        labels: own.map((cell) =>
          work.readJson(`cells/${cellName(cell)}/labels.json`),
        ) as LabelledCell[],
        seeds: own.map((cell) =>
          compare(ids, scored(responsesOf(cell)), scored(baseOf(cell.seed))),
        ),
      }
    })
    const { accuracy } = work.readJson(JUDGE) as { accuracy: number }
    const text = report({ design, prompts, accuracy, arms })
    console.log(`${text}\n${work.write('report.md', text)}`)
    work.writeJson('results.json', { design, accuracy, arms })
  }

  private async scores(files: readonly string[]): Promise<Scores> {
    const { engine, pools, work } = this.setting
    const texts = files.flatMap((file) => work.responses(file).map(({ text }) => text))
    return Scores.of(engine, pools, texts, work.path('vectors'))
  }

  private job(
    adapter: string | null,
    prompts: string,
    n: number,
    seed: number,
    out: string,
  ): SampleJob {
    const { maxNewTokens } = this.setting.design
    return { adapter, prompts, n, seed, maxNewTokens, out }
  }

  /** @throws Error for a working folder of another design. */
  private sameDesign(): void {
    const { design, work } = this.setting
    if (!work.has('design.json')) work.writeJson('design.json', design)
    else if (JSON.stringify(work.readJson('design.json')) !== JSON.stringify(design))
      throw new Error(`${work.folder} holds an experiment with other options: name another folder.`)
  }
}
