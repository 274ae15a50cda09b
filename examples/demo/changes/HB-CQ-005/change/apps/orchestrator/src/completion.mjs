/**
 * Writes down that a job is done. Agents send this more than once when an answer got lost on its way.
 * @param {Map<string, { state: string, result?: string }>} jobs
 * @param {{ done: number }} totals
 * @param {{ id: string, result: string }} report
 * @returns {'recorded' | 'known' | 'unknown job'}
 */
export function completeJob(jobs, totals, report) {
  const job = jobs.get(report.id);
  if (job === undefined) return 'unknown job';
  if (job.state === 'done') return 'known';
  jobs.set(report.id, { ...job, state: 'done', result: report.result });
  totals.done += 1;
  return 'recorded';
}
