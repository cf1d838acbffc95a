// Checks whether the headers of a picture arrive.
import { type Finding, good, wrong } from './finding.ts';
import type { Instance } from './instance.ts';

/** Names with what their values must contain. */
const EXPECTED: readonly (readonly [name: string, value: RegExp])[] = [
  ['content-type', /^image\//],
  ['x-content-type-options', /^nosniff$/],
  ['content-security-policy', /default-src 'none'/],
  ['cross-origin-resource-policy', /^cross-origin$/],
  ['timing-allow-origin', /^\*$/],
  ['access-control-allow-origin', /^\*$/],
  ['x-request-id', /./],
];

/** One finding. */
export async function checkHeaders({ ask, pathOf, sign }: Instance): Promise<Finding> {
  const { headers } = await ask(await sign(pathOf()));
  const bad = EXPECTED.flatMap(([name, value]) => {
    const got = headers.get(name);
    return got !== null && value.test(got) ? [] : [`${name}: ${got ?? 'none'}`];
  });
  if (headers.has('set-cookie'))
    bad.push('set-cookie: a cookie, which keeps caches from storing the answer');
  if (bad.length === 0) return good('headers', 'the headers of a picture are complete');
  return wrong(
    'headers',
    bad.join('; '),
    'Something in front removes or replaces headers: look for transform rules, and for settings such as Bot Fight Mode, which sets cookies.',
  );
}
