// Annotation-Efficient Preference Optimization (Honda & Jinnai, arXiv 2405.13541).
import { bestSubset } from '../../aepo/select'
import type { VectorRule } from '../rule'

export const aepo: VectorRule = {
  needs: 'vectors',
  choose: ({ similarities, lambda }, k) => bestSubset(similarities, k, lambda),
}
