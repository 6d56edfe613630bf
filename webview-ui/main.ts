// Entry of the curation editor's webview: joins host, editor, keyboard and page.
import './localise' // first: it loads the translations for the modules after it
import { render } from 'lit'
import './styles/base.css'
import './styles/header.css'
import './styles/task.css'
import './styles/decisions.css'
import './styles/pool.css'
import './styles/prompt.css'
import './styles/text.css'
import './styles/stages.css'
import './styles/runs.css'
import './styles/trainingForm.css'
import { connectHost, vsCodeApi } from './channel'
import { keepTextFieldFocus, listenToKeys } from './keyboard'
import { Memory } from './memory'
import { Editor } from './editor'
import { setLanguage } from './numbers'
import type { WindowSize } from './room'
import { INITIAL_STATE, isWriting, type State } from './state'
import { Stopwatch } from './stopwatch'
import { registerControls } from './toolkit'
import { app } from './views/app'
import { afterDrawing, focusText } from './views/afterDrawing'
import { viewOf } from './views/table'

function start(root: HTMLElement): void {
  setLanguage(document.documentElement.lang)
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
    isWriting: () => shown.view === 'label' && isWriting(shown),
    perform: (command) => editor.perform(command),
    focusText: () => focusText(root),
    leave: () => editor.leave(),
  })
  watchWindow((size, focused) => editor.windowChanged(size, focused))
  keepTextFieldFocus(() => isWriting(shown) && focusText(root))
  void editor.start()
}

/** At most one call per frame while the window is resized. */
function watchWindow(changed: (size: WindowSize, focused: boolean) => void): void {
  let frame = 0
  const tell = (): void => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() =>
      changed({ width: innerWidth, height: innerHeight }, document.hasFocus()),
    )
  }
  for (const event of ['resize', 'focus', 'blur']) addEventListener(event, tell)
  changed({ width: innerWidth, height: innerHeight }, document.hasFocus())
}

const root = document.getElementById('app')
if (root) start(root)
