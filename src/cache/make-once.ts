// Makes an answer once for identical requests at the same time.
import type { Answered, Asked } from './answer-types.ts';
import { cacheStatus } from './cache-status.ts';
import { type Before, type CacheParts, lead, type Outcome } from './lead.ts';
import { matchesTag } from './matches-tag.ts';
import { type Answer, fromStore, withHeaders } from './sent-answer.ts';
import { discard } from './stored-answers.ts';

/** Makes the answer, or waits for an identical request that is already making it. */
export async function makeOnce<T>(
  asked: Asked<T>,
  before: Before,
  parts: CacheParts,
): Promise<Answered<T>> {
  const { key, ifNoneMatch, gone } = asked;
  for (;;) {
    if (parts.finished.has(key)) {
      const late = await sharedAnswer(key, { kind: 'stored' }, before, parts);
      if (late) return late;
    }
    const turn = parts.flights.begin(key);
    if (turn.leads) return lead(asked, before, { sent: true, finish: turn.finish, parts });
    const outcome = await turn.outcome(gone);
    if (outcome?.kind === 'error') throw outcome.error;
    if (outcome?.kind === 'known' && matchesTag(ifNoneMatch, outcome.tag))
      return { ...outcome, from: 'others' };
    // The leader is gone, or its outcome is only for its own client.
    if (!outcome || outcome.kind === 'known' || outcome.kind === 'left') continue;
    const shared = await sharedAnswer(key, outcome, before, parts);
    return shared ?? lead(asked, before, { sent: true, finish: async () => {}, parts });
  }
}

/** The answer that another request made; undefined if it is not shared, gone, or made before a purge. */
async function sharedAnswer(
  key: string,
  outcome: Outcome,
  { purged }: Before,
  { stored }: CacheParts,
): Promise<Answer | undefined> {
  const status = { forwarded: 'miss', collapsed: true } as const;
  if (outcome.kind === 'answer' && outcome.at > purged.at) {
    const headers = withHeaders(outcome.headers, { 'Cache-Status': cacheStatus(status) });
    return { kind: 'answer', from: 'others', body: outcome.body, headers };
  }
  if (outcome.kind !== 'stored') return undefined;
  const found = await stored.lookUp(key, purged.at);
  if (found?.state === 'fresh') return { ...fromStore(found, status), from: 'others' };
  if (found) await discard(found);
  return undefined;
}
