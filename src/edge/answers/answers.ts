// The cache of answers on Cloudflare: the cache of the data centre, and behind it a bucket if `RESULT_STORE` is `r2`.
import { createAnswerCache } from '../../cache/answer-cache.ts';
import type { AnswerCache } from '../../cache/answer-types.ts';
import { nearAndFar } from '../../cache/near-and-far.ts';
import { createPurges } from '../../cache/purges.ts';
import type { ResponseCache } from '../../cache/response-cache.ts';
import type { Config } from '../../config.ts';
import type { ByteAccount } from '../../gate/byte-account.ts';
import { createBucketAnswers } from './r2-answers.ts';
import { createBucketTables } from './r2-tables.ts';

export type EdgeAnswerPorts = {
  near: ResponseCache;
  /** Left out if no bucket is bound: answers are kept, and purged, in this data centre only. */
  bucket: R2Bucket | undefined;
  encoded: ByteAccount;
  wait: (ms: number) => Promise<void>;
  now: () => number;
  date: () => number;
  log: (entry: Record<string, unknown>) => void;
};

/** The cache over its bindings. If nobody may purge, purges are not looked up. */
export function createEdgeAnswers(
  ports: EdgeAnswerPorts,
  { RESULT_STORE, SIGNING_KEYS, DEVELOPMENT }: Config,
): AnswerCache {
  const { near, bucket } = ports;
  const store =
    RESULT_STORE === 'r2' && bucket
      ? nearAndFar({ ...ports, near, far: createBucketAnswers(bucket, ports) })
      : near;
  const canPurge = SIGNING_KEYS.length > 0 || DEVELOPMENT;
  const far = bucket && { far: createBucketTables(bucket) };
  const purges = canPurge ? createPurges({ ...ports, near, ...far }) : NO_PURGES;
  return createAnswerCache({ ...ports, store, purges });
}

const NO_PURGES = { last: async () => ({ at: 0, sure: true }), purge: async () => {} };
