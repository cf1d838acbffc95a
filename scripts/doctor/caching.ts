// Checks whether the second request for a picture comes from the cache, and whether a client that has it gets 304.
import { type Finding, good, noted, wrong } from './finding.ts';
import type { Instance } from './instance.ts';

/** How often a stored answer is looked for: it is written after the first answer was sent. */
const TRIES = 5;
const PAUSE_MS = 300;

const MENDS = {
  control: 'Something in front replaces Cache-Control: remove the rule that does.',
  hit: 'The cache of the platform works at custom domains only. If this is one: does a proxy or a cache rule change requests?',
  tag: 'Something in front changes ETag or If-None-Match: turn off what transforms pictures (Polish, image optimisation) for this host.',
};

/** The findings about one picture. */
export async function checkCaching(
  instance: Instance,
  pause: (ms: number) => Promise<void>,
): Promise<Finding[]> {
  const path = await instance.sign(instance.pathOf());
  const first = await instance.ask(path);
  const control = first.headers.get('cache-control') ?? '';
  if (/\bmax-age=0\b/.test(control)) {
    return [noted('caching', 'CACHE_MAX_AGE is 0: nothing stays fresh')];
  }
  const found = `a picture has Cache-Control: ${control || 'none'}`;
  const isPublic = /\bmax-age=/.test(control) && !/no-store|private/.test(control);
  return [
    ...(isPublic ? [] : [wrong('caching', found, MENDS.control)]),
    await checkHit(path, instance, pause),
    await checkTag(path, first.headers.get('etag'), instance),
  ];
}

async function checkHit(
  path: string,
  { ask, origin }: Instance,
  pause: (ms: number) => Promise<void>,
): Promise<Finding> {
  for (let tries = 0; tries < TRIES; tries++) {
    const { headers } = await ask(path);
    const isHit =
      /\bhit\b/.test(headers.get('cache-status') ?? '') || headers.get('cf-cache-status') === 'HIT';
    if (isHit) return good('caching', 'a second request is answered from the cache');
    await pause(PAUSE_MS);
  }
  return new URL(origin).hostname.endsWith('.workers.dev')
    ? noted('caching', 'nothing is cached, as always at workers.dev; a custom domain caches')
    : wrong('caching', `no request of ${TRIES + 1} was answered from the cache`, MENDS.hit);
}

async function checkTag(path: string, tag: string | null, { ask }: Instance): Promise<Finding> {
  if (!tag) return wrong('validation', 'a picture has no ETag', MENDS.tag);
  const { status } = await ask(path, { headers: { 'If-None-Match': tag } });
  return status === 304
    ? good('validation', 'a client that has the picture gets 304')
    : wrong('validation', `a request with the ETag answers ${status}`, MENDS.tag);
}
