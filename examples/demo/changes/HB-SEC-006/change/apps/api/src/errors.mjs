/** An error that a caller may be told about. */
export class PublicError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * What a request that threw is answered with.
 * @param {Error} error
 * @param {(line: string) => void} log
 * @returns {{ status: number, body: object }}
 */
export function errorResponse(error, log) {
  log(`${error.message}\n${error.stack}`);
  if (error instanceof PublicError) return { status: error.status, body: { error: error.message } };
  return { status: 500, body: { error: 'something went wrong on our side' } };
}
