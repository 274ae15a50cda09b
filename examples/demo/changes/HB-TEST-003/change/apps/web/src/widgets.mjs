import { safe } from './html.mjs';

/**
 * The days of one week of the calendar, Monday first.
 * @param {Date} day
 * @returns {string[]}
 */
export function weekOf(day) {
  const monday = new Date(day);
  monday.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return Array.from({ length: 7 }, (_, index) => {
    const date = new Date(monday);
    date.setUTCDate(monday.getUTCDate() + index);
    return date.toISOString().slice(0, 10);
  });
}

/**
 * The job widget: a title and how far it is.
 * @param {{ title: string, done: number, of: number }} job
 * @returns {string}
 */
export function jobWidget(job) {
  const percent = job.of === 0 ? 0 : Math.round((100 * job.done) / job.of);
  return `<div class="job" data-percent="${percent}">${safe(job.title)}</div>`;
}
