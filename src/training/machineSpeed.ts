// A guess at how fast this machine trains, before any run was measured: products of matrices in
// JavaScript on one core, times the cores.
import os from 'node:os'
import { performance } from 'node:perf_hooks'
import { multiply } from '../core/training/needs/matrixProduct'

const SIZE = 96
const MILLISECONDS = 40
/**
 * PyTorch uses vector instructions and JavaScript none. Measured on the embedded model
 * (docs/training.md); on other processors the factor differs.
 */
const VECTORS = 16

let known: number | null = null

/** Floating-point operations a second of a training step on the CPU; measured once. */
export function machineSpeed(): number {
  known ??= measured() * VECTORS * os.availableParallelism()
  return known
}

function measured(): number {
  const [a, b, product] = [0.5, 0.25, 0].map((value) => new Float32Array(SIZE * SIZE).fill(value))
  if (!a || !b || !product) return 0
  multiply(SIZE, a, b, product) // compiled by the second call
  const start = performance.now()
  let times = 0
  do {
    multiply(SIZE, a, b, product)
    times++
  } while (performance.now() - start < MILLISECONDS)
  return (times * 2 * SIZE ** 3) / ((performance.now() - start) / 1000)
}
