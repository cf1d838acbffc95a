// Checks whether URLs arrive as they are meant: proxies and the platform normalise them before the Worker sees them.
import { type Finding, good, wrong } from './finding.ts';
import type { Instance } from './instance.ts';

/** Other ways to write the same signed URL: they must have the same answer. */
const WRITINGS: readonly (readonly [name: string, write: (path: string) => string])[] = [
  ['repeated slashes', (path) => path.replace('/asset:', '//asset:')],
  ['escaped letters', (path) => path.replace('asset:', '%61sset:')],
  ['small hexadecimal digits', (path) => path.replace('asset:', 'asset%3a')],
  ['a query that no source receives', (path) => `${path}?utm_source=doctor`],
];

/** One finding. The last two writings have other signed texts, so only those that are one canonical text are asked of signed instances. */
export async function checkUrls({ ask, pathOf, sign, key }: Instance): Promise<Finding> {
  const path = await sign(pathOf());
  const expected = await ask(path);
  const writings = key ? WRITINGS.slice(0, 2) : WRITINGS;
  for (const [name, write] of writings) {
    const answer = await ask(write(path));
    if (answer.status === 200 && answer.headers.get('etag') === expected.headers.get('etag'))
      continue;
    return wrong(
      'urls',
      `with ${name} the same URL answers ${answer.status} ${answer.code}`,
      'Something in front of the instance changes URLs in its own way: turn off its rewriting (for Cloudflare: Rules, URL normalization, type "Cloudflare", incoming URLs).',
    );
  }
  return good('urls', 'other writings of one URL have the same answer');
}
