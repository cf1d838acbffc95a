// A Tail Worker: pairs the predicted cost of a request with its CPU time, which the platform reports only to Tail Workers.

/** The part that is read of the platform's report on one invocation; `wrangler tail --format json` prints the same. */
export type TraceItem = {
  outcome?: string;
  /** Milliseconds. */
  cpuTime?: number;
  logs?: readonly { message?: unknown }[];
};

/** Amounts of work by term, with the predicted and the measured CPU time in milliseconds. */
export type CostPair = { work: Record<string, number>; cpuMs: number; predictedMs: number };

/**
 * One pair if the invocation computed and completely answered exactly one request, else none: the CPU time is that of the whole
 * invocation, and a request that failed did only part of its work.
 */
export function pairsOf(item: unknown): CostPair[] {
  if (!isRecord(item)) return [];
  const { outcome, cpuTime, logs } = item;
  if (outcome !== 'ok' || !isAmount(cpuTime) || !Array.isArray(logs)) return [];
  const requests = logs.flatMap(messagesOf).filter(({ event }) => event === 'request');
  const [request] = requests;
  if (!request || requests.length > 1 || request.status !== 200) return [];
  if (!isRecord(request.predicted)) return [];
  const { work, ms } = request.predicted;
  if (!isAmount(ms) || !isWork(work) || Object.keys(work).length === 0) return [];
  return [{ work, cpuMs: cpuTime, predictedMs: ms }];
}

/** The items in the output of `wrangler tail --format json`, indented or not. Throws `SyntaxError` for any other text. */
export const itemsIn = (text: string): unknown[] =>
  text
    .split(/^(?=\{)/m)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part));

/** Logs one line for every pair. */
export function tail(
  items: readonly unknown[],
  log: (line: string) => void = (line) => console.log(line),
): void {
  for (const pair of items.flatMap(pairsOf)) log(JSON.stringify({ event: 'cost', ...pair }));
}

export default { tail: (items: readonly TraceItem[]) => tail(items) };

function messagesOf(entry: unknown): Record<string, unknown>[] {
  if (!isRecord(entry)) return [];
  const { message } = entry;
  const parts: unknown[] = Array.isArray(message) ? message : [message];
  return parts.map((part) => (typeof part === 'string' ? parsed(part) : part)).filter(isRecord);
}

function parsed(text: string): unknown {
  if (!text.startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;

const isWork = (value: unknown): value is Record<string, number> =>
  isRecord(value) && Object.values(value).every(isAmount);
