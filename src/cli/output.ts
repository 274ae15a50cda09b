/** What a command prints: results to stdout, everything about the run of the command to stderr. Colour and width by terminal and environment. */
import type { Environment } from '../config/environment.ts';

export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Output {
  /** A result, as lines. */
  print(text: string): void;
  /** A word to the person who runs the command. */
  say(text: string): void;
  json(value: unknown): void;
  /** May draw frames and use colour. */
  readonly isTerminal: boolean;
  readonly colour: boolean;
  width(): number;
}

const widthWithoutTerminal = 100;

export function createOutput(environment: Environment, stdout: Stream, stderr: Stream): Output {
  const isTerminal = stdout.isTTY === true;
  const line = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  return {
    print: (text) => void stdout.write(line(text)),
    say: (text) => void stderr.write(line(text)),
    json: (value) => void stdout.write(`${JSON.stringify(value, null, 2)}\n`),
    isTerminal,
    colour: environment.colour === 'always' || (environment.colour === 'auto' && isTerminal),
    width: () => (isTerminal ? (stdout.columns ?? environment.columns) : environment.columns) ?? widthWithoutTerminal,
  };
}
