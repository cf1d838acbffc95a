// Signatures of requests between the Worker and the GPU backends, made with a secret that both have.
import { bytesOfHex, digestOf, hexOf, hmac, isHmac, type OwnBytes } from '../crypto.ts';
import { AppError } from '../errors.ts';

/** Header with key id, time and signature. Not `Authorization`, because hosting services use that for tokens of their own. */
export const SIGNATURE_HEADER = 'x-tessera-signature';

/** Largest difference between the clocks of both sides, in seconds. A recorded request cannot be repeated after this time. */
const MAX_CLOCK_SKEW_S = 300;

export type BackendKey = { id: string; secret: OwnBytes };

/** What a signature covers. `head` contains the job's id, run and attempt, and the digests of the blobs that follow it. */
export type SignedRequest = {
  method: string;
  /** Path of the URL with its query, as it is sent. */
  path: string;
  /** Bytes of the head of a job's body. */
  head?: Uint8Array<ArrayBuffer>;
};

const text = new TextEncoder();
const NAMED = /^([\w-]{1,32}):((?:[0-9a-f]{2}){16,128})$/i;

/**
 * Reads `GPU_SECRET`: one text of at least 16 characters, or keys as `id:hex,id:hex`. The first key signs and each verifies, so that
 * keys can be changed without downtime. Throws `RangeError`.
 */
export function parseBackendKeys(value: string): readonly BackendKey[] {
  const named = value.split(',').map((part) => NAMED.exec(part.trim()));
  if (named.every((match) => match !== null)) {
    const keys = named.map(([, id, hex]) => ({ id: id!, secret: bytesOfHex(hex!) }));
    if (new Set(keys.map(({ id }) => id)).size < keys.length) {
      throw new RangeError('GPU_SECRET: expected every key id once');
    }
    return keys;
  }
  if (value.length < 16) {
    throw new RangeError(
      `GPU_SECRET: expected at least 16 characters, or id:hex of at least 16 bytes, got ${value.length} characters`,
    );
  }
  return [{ id: 'default', secret: text.encode(value) }];
}

/** The headers that sign a request; `now` in epoch milliseconds. Throws `RangeError` if there are no keys. */
export async function signRequest(
  request: SignedRequest,
  { keys, now }: { keys: readonly BackendKey[]; now: number },
): Promise<Record<string, string>> {
  const [key] = keys;
  if (!key) throw new RangeError('keys: expected at least one, got none');
  const time = String(Math.floor(now / 1000));
  const mac = await hmac(key.secret, await signed(request, time));
  return { [SIGNATURE_HEADER]: `${key.id}.${time}.${hexOf(mac)}` };
}

/** Checks the signature of a request; `now` in epoch milliseconds. Throws `bad_signature`. */
export async function verifyRequest(
  request: SignedRequest & { header: string | null | undefined },
  { keys, now }: { keys: readonly BackendKey[]; now: number },
): Promise<void> {
  const [, id, time, mac] =
    /^([\w-]{1,32})\.(\d{1,12})\.([0-9a-f]{64})$/.exec(request.header ?? '') ?? [];
  if (id === undefined || time === undefined || mac === undefined) {
    throw refused('expected <key>.<seconds>.<hex>, got none or another form');
  }
  if (Math.abs(now / 1000 - Number(time)) > MAX_CLOCK_SKEW_S) {
    throw refused(`expected a time within ${MAX_CLOCK_SKEW_S} s of now, got ${time}`);
  }
  const key = keys.find((one) => one.id === id);
  const right =
    key !== undefined &&
    (await isHmac(bytesOfHex(mac), { key: key.secret, message: await signed(request, time) }));
  if (!right) throw refused('expected the signature of a known key');
}

const refused = (problem: string): AppError =>
  new AppError('bad_signature', `${SIGNATURE_HEADER}: ${problem}`);

async function signed({ method, path, head }: SignedRequest, time: string): Promise<string> {
  const digest = await digestOf(head ?? new Uint8Array(0));
  return ['tessera-job-1', method, path, time, digest].join('\n');
}
