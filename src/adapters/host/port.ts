/** What all runs on this machine share. */
export interface Slot {
  release(): void;
}

export interface Host {
  /** Made once per run-directory root; bound to the machine. Safe in a queue name. */
  readonly id: string;
  /** Where the memory of runs on the embedded server lives. */
  readonly home: string;
  /** Waits for room for one agent or one gate run, over all processes of this host; `waiting` is called about once a second while it waits. Rejects when the signal aborts. */
  slot(kind: 'agent' | 'gates', signal: AbortSignal, waiting: () => void): Promise<Slot>;
}
