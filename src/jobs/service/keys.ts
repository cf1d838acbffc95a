// Ids of jobs, which repeat for the same work and cannot be guessed, and tokens that allow to cancel a job.
import { hmac, isHmac, type OwnBytes } from '../../crypto.ts';
import type { BackendKey } from '../auth.ts';
import { JOB_ID, type JobInput } from '../job.ts';

/** What makes two requests the same job. */
export type JobIdentity = {
  plan: string;
  accept: string | null;
  inputs: readonly JobInput[];
  /** Whether a source must not be shared. */
  private: boolean;
  /** A job that runs with another engine than its plan names has another id than a job whose plan names that engine. */
  note?: string | undefined;
};

export type JobKeys = {
  /** 52 characters of base32 in lower case. */
  idOf: (of: JobIdentity) => Promise<string>;
  /** A token that allows its bearer to cancel one run of a job. */
  tokenOf: (id: string, run: number) => Promise<string>;
  isToken: (token: string, of: { id: string; run: number }) => Promise<boolean>;
};

/**
 * Keys from the secrets that are shared with the backends: the first makes ids and tokens, all verify. `version` is that of the
 * pipeline. Throws `RangeError` if there is no secret.
 */
export function createJobKeys(keys: readonly BackendKey[], version: string): JobKeys {
  const [first] = keys;
  if (!first) throw new RangeError('keys: expected at least one, got none');
  return {
    async idOf({ plan, accept, inputs, private: isPrivate, note }) {
      const names = inputs.map(({ name, sha256 }) => [name, sha256]);
      const parts = [
        version,
        plan,
        accept,
        names,
        ...(isPrivate ? ['private'] : []),
        ...(note === undefined ? [] : [{ note }]),
      ];
      return base32(await macOf(first, 'job', JSON.stringify(parts)));
    },
    async tokenOf(id, run) {
      return base32(await macOf(first, 'token', `${id}.${run}`));
    },
    async isToken(token, { id, run }) {
      const mac = fromBase32(token);
      if (!mac) return false;
      for (const key of keys) {
        if (await isHmac(mac, { key: await keyFor(key, 'token'), message: `${id}.${run}` }))
          return true;
      }
      return false;
    },
  };
}

// Each use has a key of its own, so a token reveals nothing about ids.
const macOf = async (key: BackendKey, use: 'job' | 'token', message: string): Promise<OwnBytes> =>
  hmac(await keyFor(key, use), message);

const keyFor = (key: BackendKey, use: 'job' | 'token'): Promise<OwnBytes> =>
  hmac(key.secret, `tessera ${use} key`);

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

function base32(bytes: Uint8Array): string {
  let out = '';
  for (let bit = 0; bit < bytes.length * 8; bit += 5) {
    const at = bit >> 3;
    const pair = (bytes[at]! << 8) | (bytes[at + 1] ?? 0);
    out += ALPHABET[(pair >> (11 - (bit & 7))) & 31];
  }
  return out;
}

function fromBase32(encoded: string): Uint8Array<ArrayBuffer> | undefined {
  if (!JOB_ID.test(encoded)) return undefined;
  const bytes = new Uint8Array(33);
  for (let i = 0; i < encoded.length; i++) {
    const at = (i * 5) >> 3;
    const pair = ALPHABET.indexOf(encoded[i]!) << (11 - ((i * 5) & 7));
    bytes[at] = bytes[at]! | (pair >> 8);
    bytes[at + 1] = (bytes[at + 1] ?? 0) | (pair & 255);
  }
  return bytes.slice(0, 32);
}
