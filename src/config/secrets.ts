/** Secrets written into a config by mistake: found by their form, and never printed. */

const forms: readonly (readonly [what: string, form: RegExp])[] = [
  ['a GitHub token', /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/],
  ['a GitLab token', /\bglpat-[\w-]{16,}/],
  ['an Anthropic key', /\bsk-ant-[\w-]{8,}/],
  ['an API key', /\bsk-(?!ant-)[A-Za-z0-9_-]{20,}/],
  ['a Google key', /\bAIza[\w-]{30,}/],
  ['an AWS key', /\bA(?:KIA|SIA)[A-Z0-9]{16}\b/],
  ['a Slack token', /\bxox[abprs]-[\w-]{10,}/],
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a password in an address', /\b[a-z][\w+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i],
];

/** What kind of secret stands in the text; undefined when none is seen. */
export function secretIn(text: string): string | undefined {
  return forms.find(([, form]) => form.test(text))?.[0];
}

export interface FoundSecret {
  readonly path: readonly PropertyKey[];
  readonly what: string;
}

/** All texts below `value` that look like a secret. Bounded in depth, because a config in code may refer to itself. */
export function findSecrets(value: unknown, path: readonly PropertyKey[] = [], depth = 0): readonly FoundSecret[] {
  if (typeof value === 'string') {
    const what = secretIn(value);
    return what === undefined ? [] : [{ path, what }];
  }
  if (typeof value !== 'object' || value === null || depth > 12) return [];
  const entries: (readonly [PropertyKey, unknown])[] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, item]) => findSecrets(item, [...path, key], depth + 1));
}
