/** The exit codes of every command. Spec 9.3; printed in the help. */
export const exitCodes = {
  done: 0,
  failures: 1,
  invalid: 2,
  needsPerson: 3,
  bug: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'finished, but some tasks failed',
  2: 'the plan, the config or the command line is not valid',
  3: 'deadlocked, refused, or a person is needed',
  70: 'a bug in Tallyman',
  130: 'interrupted',
};
