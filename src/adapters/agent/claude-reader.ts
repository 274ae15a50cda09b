/**
 * Reads one run of Claude Code. Success is the `result` event with `is_error: false`, never the exit code (it exits 0 on
 * SIGINT) and never `subtype` (it says `success` on errors too).
 */
import { oneLine } from '../../domain/plain-text.ts';
import type { Failure } from '../../domain/failure.ts';
import { addUsage, noUsage, type TokenUsage } from '../../domain/usage.ts';
import { isRecord, JsonLines, type JsonRecord } from './json-lines.ts';
import type { AgentEvent, AgentExit, AgentReader, AgentSaid } from './port.ts';
import { resetTime } from './reset-time.ts';
import { findResult } from './result-block.ts';
import { readBlock } from './result-schema.ts';
import { shownLine, TextTail } from './text.ts';

/** Messages of the program itself, such as an unknown session, are the last thing it prints. */
const tailMax = 8 * 1024;

export class ClaudeReader implements AgentReader {
  readonly #agent: string;
  readonly #lines = new JsonLines();
  readonly #tail = new TextTail(tailMax);
  readonly #usageOf = new Map<string, TokenUsage>();
  #session: string | undefined;
  #result: JsonRecord | undefined;
  #limit: { readonly until?: string } | undefined;

  constructor(agent: string) {
    this.#agent = agent;
  }

  feed(bytes: Uint8Array): readonly AgentEvent[] {
    this.#tail.feed(bytes);
    return this.#lines.feed(bytes).flatMap((record) => this.#event(record));
  }

  end(exit: AgentExit): AgentSaid {
    for (const record of this.#lines.end()) this.#event(record);
    const result = this.#result;
    if (result?.['is_error'] === false) return finished(result);
    const text = textOf(result?.['result']) ?? this.#tail.end().text;
    if (this.#limit !== undefined) return { kind: 'limited', ...this.#limit };
    if (isLimit(result, text)) {
      const until = resetTime(text, exit.endedAt);
      return { kind: 'limited', ...(until === undefined ? {} : { until }) };
    }
    return { kind: 'failed', failure: this.#failure(result, text, exit) };
  }

  #event(record: JsonRecord): readonly AgentEvent[] {
    const session = this.#sessionEvent(record);
    switch (record['type']) {
      case 'assistant':
        return [...session, ...this.#assistant(record['message'])];
      case 'rate_limit_event':
        this.#limitEvent(record['rate_limit_info']);
        return session;
      case 'result':
        this.#result = record;
        return [...session, { kind: 'usage', usage: usageOf(record['usage']) }];
      default:
        return session;
    }
  }

  #sessionEvent(record: JsonRecord): readonly AgentEvent[] {
    const id = record['session_id'];
    if (typeof id !== 'string' || id === '' || id === this.#session) return [];
    this.#session = id;
    return [{ kind: 'session', id }];
  }

  /** A message comes in pieces, each with the usage so far of the whole message: the last one counts. */
  #assistant(message: unknown): readonly AgentEvent[] {
    if (!isRecord(message)) return [];
    this.#usageOf.set(String(message['id']), usageOf(message['usage']));
    const usage = [...this.#usageOf.values()].reduce(addUsage, noUsage);
    const content: readonly unknown[] = Array.isArray(message['content']) ? message['content'] : [];
    const lines = content.map(lineOf).filter((line) => line !== '');
    return [...lines.map((line) => ({ kind: 'activity' as const, line })), { kind: 'usage', usage }];
  }

  /** Status `allowed` goes with many a success. */
  #limitEvent(info: unknown): void {
    if (!isRecord(info) || info['status'] !== 'rejected') return;
    const at = info['resetsAt'];
    const isTime = typeof at === 'number' && at > 0 && at < 1e11;
    this.#limit = isTime ? { until: new Date(at * 1000).toISOString() } : {};
  }

  #failure(result: JsonRecord | undefined, text: string, exit: AgentExit): Failure {
    if (/no conversation found with session id/i.test(text)) return { reason: 'session-lost', agent: this.#agent };
    const status = result?.['api_error_status'];
    const isAuth = status === 401 || status === 403 || /not logged in|please run \/login|credit balance/i.test(text);
    if (isAuth) return { reason: 'agent-not-authorised', agent: this.#agent, text: oneLine(text, 300) };
    const { exitCode, signal, durationMs, lastLines, log } = exit;
    return {
      reason: 'agent-exited',
      ...(exitCode === undefined ? {} : { exitCode }),
      ...(signal === undefined ? {} : { signal }),
      ...{ durationMs, log },
      lastLines: result === undefined ? lastLines : [oneLine(text, 1000)],
    };
  }
}

function finished(result: JsonRecord): AgentSaid {
  const structured = readBlock(result['structured_output']);
  return { kind: 'finished', result: structured ?? findResult(textOf(result['result']) ?? '') };
}

/** With an API key there is no event: a 429 that outlived its own retries, or the words. */
function isLimit(result: JsonRecord | undefined, text: string): boolean {
  return result?.['api_error_status'] === 429 || /hit your [a-z ]{0,30}limit/i.test(text);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function lineOf(part: unknown): string {
  if (!isRecord(part)) return '';
  if (part['type'] === 'text') return shownLine(textOf(part['text']) ?? '');
  if (part['type'] !== 'tool_use') return '';
  const input = isRecord(part['input']) ? part['input'] : {};
  const what = textOf(input['command']) ?? textOf(input['file_path']) ?? textOf(input['description']) ?? '';
  return shownLine(`${textOf(part['name']) ?? 'tool'}: ${what}`);
}

/** Its input tokens exclude what came from the cache. */
function usageOf(usage: unknown): TokenUsage {
  const count = (name: string): number => {
    const value = isRecord(usage) ? usage[name] : undefined;
    return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
  };
  return {
    input: count('input_tokens'),
    cacheRead: count('cache_read_input_tokens'),
    cacheWrite: count('cache_creation_input_tokens'),
    output: count('output_tokens'),
    claimed: false,
  };
}
