// The home page without the effects that this server does not offer.
import { catalog } from '../catalogue/catalogue.ts';
import type { PlanRules } from '../catalogue/presets.ts';

/** The section of an effect; sections are not nested. */
const SECTION = /<section id="([^"]+)">.*?<\/section>\n?/gs;

/** The page with the sections of only those effects that requests may name; the first example is of one of them. */
export async function openPage(page: Response, { effects, open }: PlanRules): Promise<Response> {
  if (open.length === effects.length || !page.body) return page;
  const shown = catalog(open);
  const names = new Set(shown.map(({ name }) => name));
  const hidden = catalog(effects).filter(({ name }) => !names.has(name));
  const first = shown[0]?.example ?? '';
  let html = (await page.text()).replace(SECTION, (section, name: string) =>
    names.has(name) ? section : '',
  );
  for (const { example } of hidden) html = html.replaceAll(`"${example}"`, `"${first}"`);
  const headers = new Headers(page.headers);
  // These headers describe the whole page.
  for (const name of ['content-length', 'etag', 'last-modified']) headers.delete(name);
  return new Response(html, { status: page.status, headers });
}
