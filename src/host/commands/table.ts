// Every command of the extension, once. A new command is an entry here and a function;
// `npm run manifest` writes the entries to package.json and package.nls.json.
import { addPromptsCommand } from './addPrompts'
import type { CommandEntry } from './command'
import { evaluateModels } from './evaluate'
import { exportDataset } from './exportDataset'
import { another, generateCandidates, selectAgain, stopGeneration } from './generate'
import { importCandidatesCommand } from './importCandidates'
import { importPromptFile } from './importPrompts'
import { runJudgeCommand } from './judge'
import { newCuration } from './newCuration'
import { openCuration, openText } from './open'
import { openSample } from './openSample'
import { pushToHub } from './pushToHub'
import { openReport } from './runReports'
import { setHubToken } from './setHubToken'
import { setServerKey } from './setServerKey'
import { pauseTraining, startTraining, stopTraining } from './train'
import { importModelCommand } from './importModel'
import { useAsGenerator } from './nextRound'
import { simulateSelection } from './simulate'
import { tryModels } from './tryModels'
import * as when from './when'

export const COMMANDS = {
  openSample: { title: 'Open Sample', icon: 'beaker', failures: 'message', run: openSample },
  newCuration: {
    title: 'New Curation…',
    icon: 'new-file',
    explorer: { group: '3_aepo@4', when: when.ON_PROMPTS },
    failures: 'message',
    run: newCuration,
  },
  importPrompts: {
    title: 'Import Prompts…',
    icon: 'cloud-upload',
    explorer: { group: '3_aepo@5', when: when.ON_PROMPTS },
    failures: 'message',
    run: importPromptFile,
  },
  generate: {
    title: 'Generate Candidates',
    icon: 'sparkle',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED, when.NOT_GENERATING_HERE),
    explorer: { group: '3_aepo@1', when: when.all(when.ON_CURATION, when.TRUSTED) },
    editorTitle: {
      group: 'navigation@1',
      when: when.all(when.ON_CURATION, when.TRUSTED, when.NOT_GENERATING_HERE),
    },
    run: generateCandidates,
  },
  stop: {
    title: 'Stop Generation',
    icon: 'debug-stop',
    enablement: when.GENERATING,
    palette: when.GENERATING,
    editorTitle: {
      group: 'navigation@1',
      when: when.all(when.ON_CURATION, when.GENERATING_HERE),
    },
    run: stopGeneration,
  },
  select: {
    title: 'Select Again',
    icon: 'list-selection',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED, when.NOT_GENERATING_HERE),
    editorTitle: { group: '1_aepo@2', when: when.all(when.ON_CURATION, when.TRUSTED) },
    run: selectAgain,
  },
  selectAnother: {
    title: 'Select Another from Each Pool',
    icon: 'list-selection',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED, when.NOT_GENERATING_HERE),
    run: another('more'),
  },
  selectForAllBad: {
    title: 'Select Others for Prompts Marked All Bad',
    icon: 'list-selection',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED, when.NOT_GENERATING_HERE),
    run: another('allBad'),
  },
  judge: {
    title: 'Run Judge…',
    icon: 'law',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED, when.NOT_GENERATING_HERE),
    run: runJudgeCommand,
  },
  addPrompts: {
    title: 'Add Prompts…',
    icon: 'add',
    enablement: when.MEANS_CURATION,
    palette: when.HAS_CURATION,
    explorer: { group: '3_aepo@6', when: when.ON_CURATION },
    editorTitle: { group: '1_aepo@5', when: when.ON_CURATION },
    run: addPromptsCommand,
  },
  importCandidates: {
    title: 'Import Candidates…',
    icon: 'cloud-upload',
    enablement: when.MEANS_CURATION,
    palette: when.HAS_CURATION,
    explorer: { group: '3_aepo@7', when: when.ON_CURATION },
    editorTitle: { group: '1_aepo@6', when: when.ON_CURATION },
    run: importCandidatesCommand,
  },
  openCuration: {
    title: 'Open Curation',
    icon: 'open-preview',
    enablement: when.MEANS_CURATION,
    palette: when.HAS_CURATION,
    explorer: { group: 'navigation@1', when: when.ON_CURATION },
    editorTitle: {
      group: 'navigation@2',
      when: when.all(when.ON_CURATION, when.CURATION_EDITOR_INACTIVE),
    },
    run: openCuration,
  },
  openText: {
    title: 'Open Curation as Text',
    icon: 'go-to-file',
    enablement: when.MEANS_CURATION,
    palette: when.CURATION_IN_FRONT,
    editorTitle: { group: 'navigation@2', when: when.CURATION_EDITOR_ACTIVE },
    run: openText,
  },
  export: {
    title: 'Export Data Set…',
    icon: 'export',
    enablement: when.MEANS_CURATION,
    palette: when.HAS_CURATION,
    explorer: { group: '3_aepo@2', when: when.ON_CURATION },
    editorTitle: { group: '1_aepo@1', when: when.ON_CURATION },
    run: exportDataset,
  },
  train: {
    title: 'Start Training Run…',
    icon: 'mortar-board',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED),
    explorer: { group: '3_aepo@3', when: when.all(when.ON_CURATION, when.TRUSTED) },
    editorTitle: { group: '1_aepo@3', when: when.all(when.ON_CURATION, when.TRUSTED) },
    run: startTraining,
  },
  pauseTraining: {
    title: 'Pause Training Run',
    icon: 'debug-pause',
    enablement: when.TRAINING,
    palette: when.TRAINING,
    run: pauseTraining,
  },
  stopTraining: {
    title: 'Stop Training Run',
    icon: 'debug-stop',
    enablement: when.TRAINING,
    palette: when.TRAINING,
    editorTitle: { group: '1_aepo@4', when: when.all(when.ON_CURATION, when.TRAINING_HERE) },
    run: stopTraining,
  },
  openRunReport: {
    title: 'Open Run Report',
    icon: 'graph',
    enablement: when.MEANS_CURATION,
    palette: when.HAS_CURATION,
    run: openReport,
  },
  pushToHub: {
    title: 'Push Model to the Hub…',
    icon: 'cloud-upload',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED),
    run: pushToHub,
  },
  useAsGenerator: {
    title: 'Use as Generator…',
    icon: 'arrow-circle-right',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED),
    run: useAsGenerator,
  },
  tryModels: {
    title: 'Try Models…',
    icon: 'comment-discussion',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED),
    editorTitle: { group: '1_aepo@7', when: when.all(when.ON_CURATION, when.TRUSTED) },
    run: tryModels,
  },
  evaluate: {
    title: 'Evaluate Two Models…',
    icon: 'law',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED),
    run: evaluateModels,
  },
  simulate: {
    title: 'Simulate Selection…',
    icon: 'graph-scatter',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED),
    run: simulateSelection,
  },
  importModel: {
    title: 'Import Model…',
    icon: 'package',
    enablement: when.all(when.TRUSTED, when.MEANS_CURATION),
    palette: when.all(when.HAS_CURATION, when.TRUSTED),
    run: importModelCommand,
  },
  setServerKey: { title: 'Set Server Key…', icon: 'key', failures: 'message', run: setServerKey },
  showLog: {
    title: 'Show Log',
    icon: 'output',
    run: ({ log }) => {
      log.show()
      return Promise.resolve()
    },
  },
  setHubToken: {
    title: 'Set Hugging Face Token…',
    icon: 'key',
    failures: 'message',
    run: setHubToken,
  },
} as const satisfies Record<string, CommandEntry>
