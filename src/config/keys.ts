/** The keys of the user's file, read from the schema: for "did you mean", and `config --keys`. */
import { z } from 'zod';
import { configFileSchema } from './schema.ts';

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly description?: string;
  readonly default?: unknown;
}

export interface KeyEntry {
  /** `agents.NAME.stall`, `gates.run[].timeout`. */
  readonly key: string;
  readonly meaning: string;
  /** As written in YAML; missing when there is none. */
  readonly default?: string;
}

let schema: JsonSchema | undefined;

/** JSON schema of the user's file, as a person writes it (defaults not yet filled in). */
export function configJsonSchema(): JsonSchema {
  schema ??= z.toJSONSchema(configFileSchema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  return schema;
}

/** Keys allowed at a path; empty where names are free. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  let nodes: readonly JsonSchema[] = [configJsonSchema()];
  for (const part of path) nodes = nodes.flatMap((node) => below(node, part)).flatMap(alternatives);
  return nodes.flatMap((node) => Object.keys(node.properties ?? {}));
}

function alternatives(node: JsonSchema): readonly JsonSchema[] {
  return node.anyOf === undefined ? [node] : node.anyOf.flatMap(alternatives);
}

function below(node: JsonSchema, part: PropertyKey): readonly JsonSchema[] {
  if (typeof part === 'number') return node.items === undefined ? [] : [node.items];
  const own = node.properties?.[String(part)];
  if (own !== undefined) return [own];
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : [];
}

/** Every key with its meaning, in the order of the schema. */
export function listKeys(node: JsonSchema = configJsonSchema(), prefix = ''): readonly KeyEntry[] {
  return alternatives(node).flatMap((form) => [
    ...Object.entries(form.properties ?? {}).flatMap(([name, value]) =>
      entry(value, prefix === '' ? name : `${prefix}.${name}`),
    ),
    ...(typeof form.additionalProperties === 'object' ? listKeys(form.additionalProperties, `${prefix}.NAME`) : []),
    ...(form.items === undefined ? [] : listKeys(form.items, `${prefix}[]`)),
  ]);
}

function entry(node: JsonSchema, key: string): readonly KeyEntry[] {
  const inner = listKeys(node, key);
  const plain = inner.length === 0;
  return [
    {
      key,
      meaning: node.description ?? '',
      ...(plain && node.default !== undefined ? { default: JSON.stringify(node.default) } : {}),
    },
    ...inner,
  ];
}
