// Types of python.mjs.
/** The interpreter of training's environment, or undefined when it has not been made. */
export function findPython(): Promise<string | undefined>
/** The same; the environment is made when it is not there. */
export function installPython(): Promise<string>
