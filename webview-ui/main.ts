// Entry of the curation editor's webview: joins host, session, keyboard and page.
import './localise' // first: it loads the translations for the modules after it
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
import { Session } from './session'
import { INITIAL_STATE, type State } from './state'
import { Stopwatch } from './stopwatch'
import { registerControls } from './toolkit'
import { app } from './views/app'
import { afterDrawing } from './views/afterDrawing'

function start(root: HTMLElement): void {
  registerControls()
  let shown: State = INITIAL_STATE
  const draw = (state: State): void => {
    const before = shown
    shown = state
    render(app(state, session), root)
    afterDrawing(root, before, state)
  }
  const api = vsCodeApi()
  const stopwatch = new Stopwatch(() => performance.now(), document.visibilityState === 'visible')
  const host = connectHost(api, {
    view: (view) => session.viewChanged(view),
    tasksChanged: () => session.tasksChanged(),
  })
  const session = new Session(host, new Memory(api), stopwatch, draw)
  document.addEventListener('visibilitychange', () =>
    stopwatch.setVisible(document.visibilityState === 'visible'),
  )
  listenToKeys(
    () => ({
      k: shown.task?.responses.length ?? 0,
      labelling: shown.tab === 'label',
      dialogOpen: shown.keysShown,
    }),
    (command) => session.perform(command),
    () => session.closeNote(),
  )
  void session.start()
}

const root = document.getElementById('app')
if (root) start(root)
