/**
 * How many jobs are in which state.
 * @param {{ id: string, state: string }[]} jobs
 * @returns {Record<string, number>}
 */
export function jobCounts(jobs) {
  const counts = {};
  for (const { state } of jobs) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
