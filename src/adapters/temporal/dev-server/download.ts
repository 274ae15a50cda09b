/** What a source of the dev server's binary takes and gives. */
export type Fetched = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface FindBinaryOptions {
  readonly stateDirectory: string;
  /** Path from the config; nothing else is tried when it is set. */
  readonly configured?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
  /** Sources that download, in order; tests pass their own. */
  readonly downloads?: readonly Download[];
}

export interface Download {
  readonly name: string;
  /** Puts the binary at `target`, or says why not. */
  fetch(target: string, options: Pick<FindBinaryOptions, 'environment'>): Promise<Fetched>;
}
