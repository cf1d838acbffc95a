// Keeps a picture of the visitor's in development, so that it has an address: the page's URLs of own pictures then work in other pages.
import type { Context } from 'hono';
import { formatOf } from '../../codecs/formats.ts';
import { probe } from '../../codecs/probe/probe.ts';
import { digestOf } from '../../crypto.ts';
import { AppError } from '../../errors.ts';
import type { Services } from '../services.ts';
import { receiveUpload } from '../transform/received-upload.ts';

export type KeptPictures = {
  /** Stores a picture under a key; the same key has the same bytes. */
  put: (key: string, bytes: Uint8Array) => Promise<void>;
  /** How many there are whose keys begin so, at most `most`. */
  count: (prefix: string, most: number) => Promise<number>;
};

/** Beginning of all keys, which tells kept pictures from other objects of the bucket. */
const PREFIX = 'own-';

/** Most pictures that are kept. */
const MOST = 100;

/**
 * 201 with the picture's source, `r2:own-<digest>.<extension>`, which is the same for the same file. Outside development, and for pages of
 * other origins, it is refused before the body is read. Throws `not_allowed`, `bad_body`, `too_many_bytes`, `not_an_image`, `format_unsupported`,
 * `undecodable`.
 */
export async function keepPicture(c: Context, services: Services): Promise<Response> {
  const { kept } = services;
  if (!kept) {
    throw new AppError(
      'not_allowed',
      'expected a service in development (npm start) with a bucket',
    );
  }
  refuseOtherOrigins(c);
  using upload = await receiveUpload(c, services);
  const bytes = upload.parts.get('image')!;
  const { extension } = formatOf(probe(bytes).format);
  const key = `${PREFIX}${(await digestOf(bytes)).slice(0, 32)}.${extension}`;
  if ((await kept.count(key, 1)) === 0) {
    if ((await kept.count(PREFIX, MOST)) >= MOST) {
      const full = `expected at most ${MOST} kept pictures: delete .wrangler/state to begin anew`;
      throw new AppError('not_allowed', full);
    }
    await kept.put(key, bytes);
  }
  return c.json({ source: `r2:${key}` }, 201, { 'Cache-Control': 'no-store' });
}

// Browsers name the origin of the page in each POST; programs need not.
function refuseOtherOrigins(c: Context): void {
  const origin = c.req.header('origin');
  if (origin === undefined || origin === new URL(c.req.url).origin) return;
  throw new AppError('not_allowed', 'expected the page of this service, got another one');
}
