// Which model generates: one that is offered, a folder, a hub id, or a model of a server.
import * as l10n from '@vscode/l10n'
import { EMBEDDED_GENERATOR } from '../../core/formats/modelSettings'
import { modelName } from '../../curation/engine'
import { askModel, type ModelSource, type OfferedModel } from './model'
import { type QuestionAnswer, mapAnswer, type QuestionPlace } from './sequence'
import { askServer, type ServerServices } from './server'

interface GeneratorQuestion {
  placeholder: string
  /** By default the embedded generator. */
  offered?: readonly OfferedModel[]
  current?: ModelSource
}

export const EMBEDDED: OfferedModel = {
  label: modelName(EMBEDDED_GENERATOR),
  description: l10n.t('embedded'),
  model: EMBEDDED_GENERATOR,
}

export const askGeneratorModel = (
  services: ServerServices,
  place: QuestionPlace,
  { placeholder, offered = [EMBEDDED], current }: GeneratorQuestion,
): Promise<QuestionAnswer<ModelSource>> =>
  askModel(place, {
    placeholder,
    offered,
    folderHolds: l10n.t('a model in ONNX format for transformers.js'),
    hubExample: 'onnx-community/Qwen3-0.6B-ONNX',
    server: {
      description: l10n.t('vLLM, SGLang, llama.cpp, Ollama, …'),
      ask: async (next) =>
        mapAnswer(
          await askServer(services, next, current?.kind === 'server' ? current : undefined),
          (server) => ({ kind: 'server', ...server }),
        ),
    },
    current,
  })

/** The same, by a name that `namedModel` takes. */
export const askGeneratorName = async (
  services: ServerServices,
  place: QuestionPlace,
  question: GeneratorQuestion,
): Promise<QuestionAnswer<string>> =>
  mapAnswer(await askGeneratorModel(services, place, question), (source) =>
    source.kind === 'server' ? `${source.model}@${source.address}` : source.model,
  )
