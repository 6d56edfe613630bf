// Entry of the curation editor's webview: joins host, editor, keyboard and page.
import { render } from 'lit'
import './styles/base.css'
import './styles/header.css'
import './styles/task.css'
import './styles/pool.css'
import './styles/prompt.css'
import './styles/text.css'
import './styles/stages.css'
import './styles/runs.css'
import { connectHost, vsCodeApi } from './channel'
import { listenToKeys } from './keyboard'
import { Memory } from './memory'
import { Editor } from './editor'
import { INITIAL_STATE, type State } from './state'
import { Stopwatch } from './stopwatch'
import { registerControls } from './toolkit'
import { app } from './views/app'
import { afterDrawing } from './views/afterDrawing'
import { viewOf } from './views/table'

function start(root: HTMLElement): void {
  registerControls()
  let shown: State = INITIAL_STATE
  const draw = (state: State): void => {
    const before = shown
    shown = state
    render(app(state, editor), root)
    afterDrawing(root, before, state)
  }
  const api = vsCodeApi()
  const stopwatch = new Stopwatch(() => performance.now(), document.visibilityState === 'visible')
  const host = connectHost(api, {
    state: (changes) => editor.stateChanged(changes),
    task: (task) => editor.taskArrived(task),
  })
  const editor = new Editor(host, new Memory(api), stopwatch, draw)
  document.addEventListener('visibilitychange', () =>
    stopwatch.setVisible(document.visibilityState === 'visible'),
  )
  listenToKeys({
    command: (press) => viewOf(shown.view).command(press, shown),
    isDialogOpen: () => shown.keysShown,
    perform: (command) => editor.perform(command),
    leaveTextField: () => editor.closeNote(),
  })
  void editor.start()
}

const root = document.getElementById('app')
if (root) start(root)
