// Whether the second request for a picture comes from the cache, and whether a client that has it gets 304.
import { type Finding, good, noted, wrong } from './finding.ts';
import type { Instance } from './instance.ts';

/** How often a stored answer is looked for: it is written after the first answer was sent. */
const TRIES = 5;
const PAUSE_MS = 300;

const NO_HIT =
  'Use a custom domain: the cache of the platform does not work at workers.dev. Does a proxy remove Cache-Status, or is CACHE_MAX_AGE 0?';

/** The findings about one picture. */
export async function checkCaching(
  { ask, pathOf, sign }: Instance,
  pause: (ms: number) => Promise<void>,
): Promise<Finding[]> {
  const path = await sign(pathOf());
  const first = await ask(path);
  const findings: Finding[] = [];
  const control = first.headers.get('cache-control') ?? '';
  if (/no-store|private/.test(control) || control === '') {
    findings.push(
      wrong(
        'caching',
        `a picture has Cache-Control: ${control || 'none'}`,
        'Something in front replaces Cache-Control: remove the rule that does.',
      ),
    );
  } else if (/max-age=0\b/.test(control)) {
    return [noted('caching', 'CACHE_MAX_AGE is 0: nothing stays fresh')];
  }
  let hit = false;
  for (let tries = 0; tries < TRIES && !hit; tries++) {
    const again = await ask(path);
    hit = /\bhit\b/.test(again.headers.get('cache-status') ?? '');
    if (!hit) await pause(PAUSE_MS);
  }
  findings.push(
    hit
      ? good('caching', 'a second request is answered from the cache')
      : wrong('caching', `no request of ${TRIES + 1} was answered from the cache`, NO_HIT),
  );
  const tag = first.headers.get('etag');
  const same = tag ? await ask(path, { headers: { 'If-None-Match': tag } }) : undefined;
  findings.push(
    same?.status === 304
      ? good('validation', 'a client that has the picture gets 304')
      : wrong(
          'validation',
          tag ? `a request with the ETag answers ${same?.status}` : 'a picture has no ETag',
          'Something in front changes ETag or If-None-Match: turn off what transforms pictures (Polish, image optimisation) for this host.',
        ),
  );
  return findings;
}
