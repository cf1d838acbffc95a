// Refuses requests without a valid signature if keys are set.
import type { Context } from 'hono';
import type { Config } from '../../config.ts';
import { digestOf } from '../../crypto.ts';
import { AppError } from '../../errors.ts';
import {
  isSignature,
  looksSigned,
  requestText,
  SIGNATURE_HEADER,
  type SigningKey,
  urlText,
} from '../../signing.ts';
import { canonicalPath, type TransformPath } from '../../url-text.ts';

type Signed = { config: Pick<Config, 'SIGNING_KEYS'> };

/** Checks the signature in the path of a transform URL; without keys, accepts any. Throws `bad_signature`. */
export async function checkUrlSignature(
  { signature, ...rest }: TransformPath,
  keys: readonly SigningKey[],
): Promise<void> {
  if (keys.length === 0) return;
  if (signature === undefined) {
    throw new AppError('bad_signature', 'expected /t/s:<signature>/…, got no signature');
  }
  await check({ signature, text: urlText(rest), place: 's:' }, keys);
}

/**
 * Refuses a malformed signature at once, and returns the check of the body, which must run before the body is parsed. Without keys,
 * accepts any request. Both throw `bad_signature`.
 */
export function requestSignature(
  c: Context,
  { config: { SIGNING_KEYS: keys } }: Signed,
): (body: Uint8Array) => Promise<void> {
  if (keys.length === 0) return async () => {};
  const place = SIGNATURE_HEADER;
  const signature = c.req.header(place) ?? '';
  if (!looksSigned(signature)) throw refused(place);
  const { path, query } = canonicalPath(new URL(c.req.raw.url));
  return async (body) => {
    const digest = await digestOf(body);
    const text = requestText({ method: c.req.method, path: `${path}${query}`, digest });
    await check({ signature, text, place }, keys);
  };
}

async function check(
  { signature, text, place }: { signature: string; text: string; place: string },
  keys: readonly SigningKey[],
): Promise<void> {
  if (!(await isSignature(signature, text, keys))) throw refused(place);
}

// The message must not repeat the received signature, nor say how close it was.
const refused = (place: string): AppError =>
  new AppError(
    'bad_signature',
    `${place}: expected the signature of this request by a known key, 43 characters of base64url`,
  );
