// The webview as it ships, bundled into memory.
import { build } from 'esbuild'
import { ROOT } from './root'

export interface Bundle {
  script: string
  style: string
}

export async function bundleWebview(): Promise<Bundle> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: { webview: 'webview-ui/main.ts' },
    bundle: true,
    minify: true,
    legalComments: 'none',
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    write: false,
    outdir: 'dist',
  })
  const text = (extension: string): string => {
    const file = outputFiles.find(({ path }) => path.endsWith(extension))
    if (!file) throw new Error(`The bundle has no ${extension} file.`)
    return file.text
  }
  return { script: text('.js'), style: text('.css') }
}
