/**
 * One line for the audit log: who asked for what.
 * @param {{ user: string, action: string, details: Record<string, string> }} entry
 * @returns {string}
 */
export function auditLine(entry) {
  const details = Object.entries(entry.details).map(([name, value]) => `${name}=${value}`);
  return [entry.user, entry.action, ...details].join(' ');
}
