import { escapeHtml } from './html.mjs';

/**
 * The mail that tells a person what became of a job.
 * @param {{ to: string, job: string, note: string }} about
 * @returns {{ to: string, subject: string, html: string }}
 */
export function jobMail(about) {
  const [job, note] = [about.job, about.note].map(escapeHtml);
  return {
    to: about.to,
    subject: `Job ${about.job}`,
    html: `<p>Your job <b>${job}</b> has ended.</p><blockquote>${note}</blockquote>`,
  };
}
