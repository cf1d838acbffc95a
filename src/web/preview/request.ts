// Asks the service for the picture of what was composed: by its URL, or as an upload if a picture is on this device only.
import type { JobDocument } from '../../client/job-client.ts';
import type { Catalogue } from '../catalogue.ts';
import type { PictureShelf } from '../pictures/pictures.ts';
import type { Problem } from '../state/blame.ts';
import { pathText, planText } from '../state/plan-text.ts';
import { isFile, type Work } from '../state/work.ts';
import { takeEarly } from './early.ts';
import { cacheWord, type Facts, readCost, readStages } from './facts.ts';

export type Answer =
  | { kind: 'picture'; blob: Blob; facts: Facts }
  | { kind: 'text'; text: string; facts: Facts }
  | { kind: 'job'; job: JobDocument }
  | { kind: 'problem'; problem: Problem; retryAfter: number | undefined };

export type Ports = { catalogue: Catalogue; pictures: PictureShelf };

/** Formats for the live result. AVIF would be smaller, but takes several times as long to encode. */
export const ACCEPT = 'image/webp,image/png;q=0.9,image/*;q=0.8,*/*;q=0.5';

/** Texts of all pictures on this device, by the name of their part of an upload; the main one is `image`. */
export function localParts(work: Work, catalogue: Catalogue): Map<string, string> {
  const parts = new Map<string, string>();
  for (const { effect, params, off } of work.steps) {
    for (const input of off ? [] : (catalogue.entry(effect)?.inputs ?? [])) {
      const text = params[input];
      if (text !== undefined && isFile(text)) parts.set(input, text);
    }
  }
  if (isFile(work.source) || parts.size > 0) parts.set('image', work.source);
  return parts;
}

/** The pictures of an upload; undefined if everything has an address. */
export async function uploadOf(
  work: Work,
  { catalogue, pictures }: Ports,
  signal: AbortSignal,
): Promise<Record<string, Blob> | undefined> {
  const parts = localParts(work, catalogue);
  if (parts.size === 0) return undefined;
  const blobs = await Promise.all(
    [...parts].map(async ([name, text]) => [name, await pictures.blob(text, signal)] as const),
  );
  return Object.fromEntries(blobs);
}

/** Asks for the picture. Rejects only if `signal` aborts or the service cannot be reached. */
export async function askPicture(work: Work, ports: Ports, signal: AbortSignal): Promise<Answer> {
  const upload = await uploadOf(work, ports, signal);
  const began = performance.now();
  let url = `/t/${pathText(work, ports.catalogue)}`;
  const accept = { Accept: ACCEPT };
  let init: RequestInit = { signal, headers: accept };
  if (upload) {
    url = `/t/${planText(work, ports.catalogue)}`;
    const body = new FormData();
    for (const [name, blob] of Object.entries(upload)) body.set(name, blob, name);
    init = { method: 'POST', body, signal, headers: accept };
  }
  const response = await ((!upload && takeEarly(url)) || fetch(url, init));
  if (!response.ok) return { kind: 'problem', ...(await readProblem(response)) };
  if (response.status === 202) return { kind: 'job', job: (await response.json()) as JobDocument };
  const blob = await response.blob();
  const { headers } = response;
  const facts: Facts = {
    mime: headers.get('content-type') ?? blob.type,
    bytes: blob.size,
    ms: performance.now() - began,
    status: cacheWord(headers.get('cache-status'), !upload && isFromBrowser(response.url)),
    stages: readStages(headers.get('server-timing')),
    ...readCost(headers.get('x-cost')),
  };
  if (facts.mime.startsWith('image/')) return { kind: 'picture', blob, facts };
  return { kind: 'text', text: await blob.text(), facts };
}

/** Whether the browser had the answer itself. */
function isFromBrowser(url: string): boolean {
  const entry = performance.getEntriesByName(url).at(-1) as PerformanceResourceTiming | undefined;
  return entry !== undefined && entry.transferSize === 0 && entry.decodedBodySize > 0;
}

/** The problem document of a response. */
export async function readProblem(
  response: Response,
): Promise<{ problem: Problem; retryAfter: number | undefined }> {
  const text = await response.text();
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds : undefined;
  try {
    const { code, detail, param } = JSON.parse(text) as Problem;
    return { problem: { code, detail, ...(param !== undefined && { param }) }, retryAfter };
  } catch {
    const detail = `the service answered with status ${response.status}`;
    return { problem: { code: 'internal', detail }, retryAfter };
  }
}
