// `npm start`: installs, builds and packages what is missing, then opens the sample workspace with
// the extension in the desktop's VS Code, or in code-server, whose address is the last line of the
// output. `--demo` runs without a window.
import { parseArgs } from 'node:util'
import { build } from './lib/build.mjs'
import { demo } from './lib/demo.mjs'
import { installDependencies } from './lib/deps.mjs'
import { openOnDesktop, serve } from './lib/open.mjs'
import { Failure, installed, script, step } from './lib/run.mjs'
import { packageExtension } from './lib/vsix.mjs'

const USAGE = `npm start                      opens the sample in VS Code
npm start -- --port P --host H  in code-server, at this address (default: a free port of this machine alone)
npm start -- --demo [--out DIR] runs the sample through the command line, in DIR or a temporary folder`

await script(async (argv) => {
  const options = readArguments(argv)
  if (options.help) return console.log(USAGE)
  await installDependencies()
  await step('Building', build)
  if (options.demo) {
    await demo({ out: options.out })
    return
  }
  const { file } = await step('Packaging', packageExtension)
  const asksForServer = options.port !== undefined || options.host !== undefined
  if (!asksForServer && (await installed('code'))) return openOnDesktop(file)
  return serve(file, options)
})

function readArguments(argv) {
  try {
    return parseArgs({
      args: argv,
      options: {
        demo: { type: 'boolean' },
        out: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new Failure(`${error.message}\n${USAGE}`)
  }
}
