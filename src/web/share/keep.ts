// Gives own pictures an address, where the service keeps them.
import type { Catalogue } from '../catalogue.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import { localParts, readProblem } from '../preview/request.ts';
import { isFile, type Work } from '../state/work.ts';

/** How long the service may take to keep one picture, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** The work with the addresses of pictures that were kept. Throws `Error` if the service refuses one, or if it is not on this device any more. */
export async function withKept(
  work: Work,
  { catalogue, pictures }: { catalogue: Catalogue; pictures: PictureShelf },
): Promise<Work> {
  const own = [...new Set(localParts(work, catalogue).values())].filter(isFile);
  const kept = new Map<string, string>();
  for (const text of own) kept.set(text, await keep(text, pictures));
  const addressOf = (text: string): string => kept.get(text) ?? text;
  return {
    ...work,
    source: addressOf(work.source),
    steps: work.steps.map((step) => ({
      ...step,
      params: Object.fromEntries(
        Object.entries(step.params).map(([name, value]) => [name, addressOf(value)]),
      ),
    })),
  };
}

async function keep(text: string, pictures: PictureShelf): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const body = await pictures.blob(text, signal);
  const response = await fetch('/v1/pictures', { method: 'POST', body, signal });
  if (!response.ok) throw new Error((await readProblem(response)).problem.detail);
  return ((await response.json()) as { source: string }).source;
}
