/** One process of a host, as a platform's table has it. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly start: string;
  /** Carries the marker that was looked for; always false where environments cannot be read. */
  readonly marked: boolean;
}
