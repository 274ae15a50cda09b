/** Names and checks of what is registered; given by the entry point, so that config imports no adapter. */
export interface KnownKinds {
  /** Agent presets, `command` among them. */
  readonly agents: readonly string[];
  /** What is wrong with a remote's address, as a sentence `Unexpected …, expected … — …`; undefined when it is fine. */
  readonly remoteProblem: (address: string, protocols: readonly string[]) => string | undefined;
}
