/** What happens when nobody reads our output any more: most commands end quietly, a run goes on without its view. */

let goesOn = false;

/** A closed terminal or pipe no longer ends this process. */
export function surviveClosedOutput(): void {
  goesOn = true;
  // The terminal's own way to say that it closes; without a handler the process would end.
  process.on('SIGHUP', () => undefined);
}

export function endsWhenOutputCloses(): boolean {
  return !goesOn;
}
