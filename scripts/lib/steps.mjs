// Steps that are shown and timed, and the one way these scripts fail: a sentence, and what to do.

/** A failure a person can mend. */
export class Refusal extends Error {
  /** Exit codes as Tallyman's own: 2 for a wrong command line, 3 for what needs a person. */
  constructor(message, exitCode = 3) {
    super(message);
    this.exitCode = exitCode;
  }
}

const seconds = (since) => `${((Date.now() - since) / 1000).toFixed(1)} s`;

/** Runs a step; what it returns, when a text, is shown behind its name. */
export async function step(name, run) {
  const since = Date.now();
  const isTerminal = process.stdout.isTTY === true;
  const ticker = isTerminal
    ? setInterval(() => process.stdout.write(`\r  … ${name}  ${seconds(since)} `), 500)
    : undefined;
  try {
    const said = await run();
    const text = typeof said === 'string' ? `  (${said})` : '';
    process.stdout.write(`${isTerminal ? '\r\u001b[K' : ''}  ✓ ${name}  ${seconds(since)}${text}\n`);
    return said;
  } catch (error) {
    process.stdout.write(`${isTerminal ? '\r\u001b[K' : ''}  ✗ ${name}  ${seconds(since)}\n`);
    throw error;
  } finally {
    clearInterval(ticker);
  }
}

/** Runs a script's main function; a Refusal is printed as a sentence, anything else is a bug and keeps its stack. */
export async function main(run) {
  // A reader that has gone away (`| head`) is no reason to stop in the middle.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (error.code !== 'EPIPE') throw error;
    });
  try {
    process.exitCode = (await run()) ?? 0;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    process.stderr.write(`\n${error.message}\n`);
    process.exitCode = error.exitCode;
  }
}
