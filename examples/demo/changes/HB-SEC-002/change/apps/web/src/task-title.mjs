import { safe } from './html.mjs';

/**
 * A job's title as it stands in lists.
 * @param {{ title: string, urgent: boolean }} job
 * @returns {string}
 */
export function titleHtml(job) {
  const kind = job.urgent ? 'title urgent' : 'title';
  return `<span class="${kind}">${safe(job.title)}</span>`;
}
