// Opens the dialog of what can be copied for a work: own pictures get an address first if the service keeps them.
import type { Catalogue } from '../catalogue.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import { localParts } from '../preview/request.ts';
import { isFile, type Work } from '../state/work.ts';
import { withKept } from './keep.ts';
import type { Share } from './share.ts';
import { snippetsOf } from './snippets.ts';

const KEPT =
  'This development server has copies of your pictures, so the URL works on this computer while it runs. For the web, put the pictures at an address and name its host in ALLOWED_SOURCES.';
const ELSEWHERE =
  'Your own pictures are on this device only, so the URL has example.com in their place. Put them on a host that ALLOWED_SOURCES names and write its address, or send them with curl.';
const SIGNED =
  'This service answers signed URLs alone, and a page must not have its keys. Sign this URL on a server with the client, or with: npm run sign -- <URL>';

/** Shows the snippets of a work, and what has to be known about them. `size` is that of the result. */
export async function shareWork(
  work: Work,
  size: { width: number; height: number } | undefined,
  { share, catalogue, pictures }: { share: Share; catalogue: Catalogue; pictures: PictureShelf },
): Promise<void> {
  const { signed, keeps } = catalogue.service;
  const hasOwn = (each: Work): boolean => [...localParts(each, catalogue).values()].some(isFile);
  const notes: string[] = [];
  let shown = work;
  if (hasOwn(work)) {
    try {
      if (keeps) shown = await withKept(work, { catalogue, pictures });
      notes.push(keeps ? KEPT : ELSEWHERE);
    } catch (error) {
      notes.push(error instanceof Error ? `${error.message}.` : String(error), ELSEWHERE);
    }
  }
  if (signed) notes.push(SIGNED);
  const parts = hasOwn(shown) ? localParts(shown, catalogue) : new Map<string, string>();
  const { origin } = location;
  share.open(snippetsOf(shown, { origin, catalogue, size, parts }), notes.join(' '));
}
