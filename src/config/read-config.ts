/**
 * The text of a config file as plain data, with the place of every key and value where the format has places (YAML, JSON).
 * Reads no meaning: schema.ts does.
 */
import { type Document, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { ConfigPlace } from './find-config.ts';

export interface Place {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export interface SyntaxProblem extends Place {
  readonly message: string;
}

export interface RawConfig {
  readonly data: unknown;
  readonly problems: readonly SyntaxProblem[];
  /** Place of the value at `path`, or of its key; the nearest one above when it is not written. Undefined for code. */
  locate(path: readonly PropertyKey[], what: 'key' | 'value'): Place | undefined;
}

/** Aliases that one file may expand to: a config needs a handful, an anchors bomb thousands. */
const aliasesMax = 100;
const start: Place = { line: 1, column: 1, length: 1 };

export async function readConfig(place: ConfigPlace): Promise<RawConfig> {
  if (place.kind === 'code') return readCode(place.path);
  const syntax = place.kind === 'yaml' ? undefined : jsonProblem(place.text);
  if (syntax !== undefined) return { data: undefined, problems: [syntax], locate: () => undefined };
  const raw = readYaml(place.text);
  return place.kind === 'package' ? inPackage(raw) : raw;
}

async function readCode(path: string): Promise<RawConfig> {
  const locate = () => undefined;
  try {
    const { createJiti } = await import('jiti');
    const data: unknown = await createJiti(path, { fsCache: false, moduleCache: false }).import(path, {
      default: true,
    });
    return { data, problems: [], locate };
  } catch (error) {
    // Code of the user's can fail in any way; its own first line says how.
    const message = String(error instanceof Error ? error.message : error).split('\n')[0] ?? '';
    return { data: undefined, problems: [{ ...start, message: `an error when it was run: ${message}` }], locate };
  }
}

/** JSON is read as YAML for its places, after it has been checked to be JSON. */
function jsonProblem(text: string): SyntaxProblem | undefined {
  if (text.trim() === '') return undefined;
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, position).split('\n');
    return {
      line: before.length,
      column: (before.at(-1) ?? '').length + 1,
      length: 1,
      message: message.replace(/ in JSON.*| at position.*/s, ''),
    };
  }
}

function readYaml(text: string): RawConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeAt = (range: readonly [number, number]): Place => {
    const { line, col } = lines.linePos(range[0]);
    return { line: Math.max(line, 1), column: Math.max(col, 1), length: Math.max(1, lengthOnLine(text, range)) };
  };
  const problems = document.errors.map((error) => ({ ...placeAt(error.pos), message: sentence(error.message) }));
  if (problems.length > 0) return { data: undefined, problems, locate: () => undefined };
  try {
    const data: unknown = document.toJS({ maxAliasCount: aliasesMax });
    return { data, problems: [], locate: (path, what) => locateIn(document, path, what, placeAt) };
  } catch (error) {
    // The one thing toJS refuses is an alias that is unknown or expands too far.
    const message = error instanceof Error ? sentence(error.message) : String(error);
    return { data: undefined, problems: [{ ...start, message }], locate: () => undefined };
  }
}

function sentence(message: string): string {
  return message.split('\n')[0]?.replace(/\.$/, '') ?? message;
}

function lengthOnLine(text: string, range: readonly [number, number]): number {
  const written = text.slice(range[0], range[1]);
  return (written.split(/[\r\n]/, 1)[0] ?? '').trimEnd().length;
}

function locateIn(
  document: Document.Parsed,
  path: readonly PropertyKey[],
  what: 'key' | 'value',
  placeAt: (range: readonly [number, number]) => Place,
): Place | undefined {
  let node: unknown = document.contents;
  let key: Node | undefined;
  for (const part of path) {
    const step = child(node, part);
    if (step === undefined) break;
    key = step.key ?? (step.value as Node);
    node = step.value;
  }
  const value = isScalar(node) && what === 'value' ? node : undefined;
  const range = value?.range ?? key?.range ?? (node as Node | null)?.range;
  return range === undefined || range === null ? undefined : placeAt([range[0], range[1]]);
}

function child(node: unknown, part: PropertyKey): { readonly key?: Node; readonly value: unknown } | undefined {
  const items = (node as { readonly items?: readonly unknown[] } | null)?.items;
  if (items === undefined) return undefined;
  if (typeof part === 'number') return items[part] === undefined ? undefined : { value: items[part] };
  const pair = items.find((item) => keyText(item) === part) as Pair<Node> | undefined;
  return pair === undefined ? undefined : { key: pair.key, value: pair.value };
}

function keyText(item: unknown): string | undefined {
  const key = (item as { readonly key?: { readonly value?: unknown } }).key?.value;
  return typeof key === 'string' || typeof key === 'number' ? String(key) : undefined;
}

function isScalar(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && !('items' in node) && 'value' in node && node.value !== null;
}

/** The `tallyman` key of a package.json, with the places of the whole file. */
function inPackage(raw: RawConfig): RawConfig {
  const data = (raw.data as { readonly tallyman?: unknown } | null | undefined)?.tallyman;
  return { ...raw, data, locate: (path, what) => raw.locate(['tallyman', ...path], what) };
}
