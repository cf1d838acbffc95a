import { createAnswerCache } from '../../src/cache/answer-cache.ts';
import type { Asked, Made } from '../../src/cache/answer-types.ts';
import { createPurges } from '../../src/cache/purges.ts';
import { AppError } from '../../src/errors.ts';
import { createMemoryCache } from './memory-cache.ts';

export const HOUR = 3600;
export const CONTROL = `public, max-age=${HOUR}, stale-while-revalidate=${HOUR}, stale-if-error=${10 * HOUR}`;
export const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

/** A cache, a clock, and a source that a test changes. */
export function setUp() {
  const clock = { now: 1_700_000_000_000 };
  const lines: Record<string, unknown>[] = [];
  const near = createMemoryCache();
  const log = (entry: Record<string, unknown>): void => void lines.push(entry);
  const ports = { wait, log, now: () => clock.now, date: () => clock.now };
  const cache = createAnswerCache({
    ...ports,
    store: near,
    purges: createPurges({ ...ports, near }),
  });
  const source: { version: number; error: Error | undefined; size: number; delay: number } = {
    version: 1,
    error: undefined,
    size: 4,
    delay: 0,
  };
  const made = { asked: 0, rendered: 0 };
  const make: Asked<string>['make'] = async ({ tag }): Promise<Made<string>> => {
    made.asked++;
    const { version, error, size, delay } = { ...source };
    if (delay > 0) await wait(delay);
    if (error) throw error;
    const now = `"${version}"`;
    if (tag === now) return { kind: 'unchanged' };
    made.rendered++;
    const body = new Uint8Array(size).fill(version);
    return { kind: 'answer', body, headers: new Headers({ ETag: now, 'Cache-Control': CONTROL }) };
  };
  async function ask(more: Partial<Asked<string>> = {}) {
    const left: Promise<unknown>[] = [];
    const answered = await cache.answer<string>({
      key: 'key',
      sources: ['source'],
      ifNoneMatch: null,
      background: (work) => left.push(work),
      make,
      ...more,
    });
    const { from } = answered;
    const [body, headers] =
      answered.kind === 'answer'
        ? [answered.body, answered.headers]
        : [null, new Headers(answered.kind === 'known' ? { ETag: answered.tag } : {})];
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    while (left.length > 0) await Promise.all(left.splice(0));
    const [status, age] = [headers.get('Cache-Status'), headers.get('Age')];
    const value = answered.kind === 'unshared' ? answered.value : undefined;
    return { version: bytes[0], size: bytes.length, status, age, from, headers, value };
  }
  const later = (seconds: number): void => {
    clock.now += 1000 * seconds;
  };
  return { cache, ask, make, later, source, made, near, lines };
}

export const down = new AppError('source_unreachable', 'down', { retryable: true });
export const gone = new AppError('source_missing', 'gone', { param: 'source' });
export const refused = new AppError('source_unreachable', 'it answered with status 403');
