/** What git failed with: facts for a person, no credentials. Thrown; Temporal tries again. */
import { RemoteUnreachable } from './port.ts';
import { withoutCredentials } from './names.ts';

/** A local command of ours failed. The cache is thrown away and made anew on the next try. */
export class GitFault extends Error {
  override readonly name = 'GitFault';
}

interface Failed {
  readonly exitCode: number | undefined;
  readonly stderr: string;
  readonly timedOut?: boolean;
}

export function gitFault(args: readonly string[], run: Failed): GitFault {
  return new GitFault(`${shortly(args)} failed: ${endOf(run)} — the cache is made anew and the step repeated.`);
}

export function unreachable(shown: string, args: readonly string[], run: Failed, seconds: number): RemoteUnreachable {
  const what = run.timedOut === true ? `did not answer within ${seconds} s` : 'cannot be reached';
  const said = run.timedOut === true ? '' : ` ${shortly(args)}: ${endOf(run)}.`;
  return new RemoteUnreachable(
    `The remote ${shown} ${what}.${said} Check the address, the network and your rights: ` +
      `\`git ls-remote ${shown}\` must work on this host without asking for anything.`,
  );
}

function shortly(args: readonly string[]): string {
  const command = args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c') ?? '';
  return `git ${command}`;
}

/** git's own words: its last lines, on one line. */
export function endOf(run: Failed): string {
  if (run.timedOut === true) return 'it took too long';
  const lines = withoutCredentials(run.stderr)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  return lines.length === 0
    ? `exit code ${String(run.exitCode)}, no message`
    : lines.slice(-4).join(' · ').slice(0, 600);
}
