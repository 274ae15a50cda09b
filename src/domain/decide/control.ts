/** What an operator asked of the run: one value, owned by the plan run, handed to each phase. */
export type Control =
  | { readonly kind: 'running' }
  | { readonly kind: 'paused'; readonly interrupt: boolean; readonly by: string; readonly why: string }
  | { readonly kind: 'stopping'; readonly by: string; readonly why: string };
