// Style sheets are imported for their effect: esbuild gathers them in dist/webview.css.
declare module '*.css'
