/** Which tasks wait for one another, directly or through others. Tarjan's way, iterative: a chain of thousands must not meet the stack's end. */

/** By task number: the number of its component. Two tasks have the same when each needs the other, through whatever stands between. Linear. */
export function componentsOf(needs: readonly (readonly number[])[]): readonly number[] {
  const found: number[] = needs.map(() => -1);
  const low: number[] = needs.map(() => -1);
  const component: number[] = needs.map(() => -1);
  const open: number[] = [];
  let counter = 0;
  let components = 0;
  const enter = (number: number): { readonly number: number; next: number } => {
    found[number] = low[number] = counter;
    counter += 1;
    open.push(number);
    return { number, next: 0 };
  };
  for (const start of needs.keys()) {
    if (found[start] !== -1) continue;
    const way = [enter(start)];
    for (let at = way.at(-1); at !== undefined; at = way.at(-1)) {
      const { number } = at;
      const need = needs[number]?.[at.next];
      at.next += 1;
      if (need !== undefined) {
        if (found[need] === -1) way.push(enter(need));
        else if (component[need] === -1) low[number] = Math.min(low[number] ?? 0, found[need] ?? 0);
        continue;
      }
      way.pop();
      const above = way.at(-1)?.number;
      if (above !== undefined) low[above] = Math.min(low[above] ?? 0, low[number] ?? 0);
      if (low[number] !== found[number]) continue;
      for (let member = open.pop(); member !== undefined; member = member === number ? undefined : open.pop()) {
        component[member] = components;
      }
      components += 1;
    }
  }
  return component;
}
