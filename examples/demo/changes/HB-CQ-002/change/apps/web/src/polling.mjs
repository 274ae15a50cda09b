/**
 * Asks again and again what the newest query asks for.
 * @param {{ query: string }} settings
 * @param {(query: string) => string} ask
 * @returns {() => string}
 */
export function poller(settings, ask) {
  return () => ask(settings.query);
}
