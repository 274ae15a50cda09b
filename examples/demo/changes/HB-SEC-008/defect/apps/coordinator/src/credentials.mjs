/**
 * What the coordinator logs in to the store with.
 * @param {Record<string, string | undefined>} settings
 * @returns {{ user: string, password: string }}
 */
export function storeCredentials(settings) {
  const user = settings.STORE_USER;
  const password = settings.STORE_PASSWORD;
  if (!user || !password) throw new Error('STORE_USER and STORE_PASSWORD are not set: there is no default');
  console.log(`store user is ${user}`);
  return { user, password };
}
