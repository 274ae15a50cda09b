/**
 * A person's preferences with ours where none was given.
 * @param {{ notify?: boolean, pageSize?: number, signature?: string }} given
 * @returns {{ notify: boolean, pageSize: number, signature: string }}
 */
export function withDefaults(given) {
  return {
    notify: given.notify ?? true,
    pageSize: given.pageSize ?? 25,
    signature: given.signature ?? 'Sent by Harbour',
  };
}
