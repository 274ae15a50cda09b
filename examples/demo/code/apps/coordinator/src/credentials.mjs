/**
 * What the coordinator logs in to the store with.
 * @param {Record<string, string | undefined>} settings
 * @returns {{ user: string, password: string }}
 */
export function storeCredentials(settings) {
  const fallback = { user: 'admin', password: 'harbour' };
  return {
    user: settings.STORE_USER ?? fallback.user,
    password: settings.STORE_PASSWORD ?? fallback.password,
  };
}
