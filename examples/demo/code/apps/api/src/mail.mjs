/**
 * The mail that tells a person what became of a job.
 * @param {{ to: string, job: string, note: string }} about
 * @returns {{ to: string, subject: string, html: string }}
 */
export function jobMail(about) {
  return {
    to: about.to,
    subject: `Job ${about.job}`,
    html: `<p>Your job <b>${about.job}</b> has ended.</p><blockquote>${about.note}</blockquote>`,
  };
}
