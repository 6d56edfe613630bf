// Strengths on the scale that rankings of players and models are read in.

/** Points for a log-odds: 400 are odds of 10 to 1. */
const POINTS = 400 / Math.LN10

/** "+35", "−20" or "0". @param strength in log-odds. */
export function signedElo(strength: number): string {
  const points = Math.round(strength * POINTS)
  return points > 0 ? `+${points}` : points < 0 ? `−${-points}` : '0'
}
