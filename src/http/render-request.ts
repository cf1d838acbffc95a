// What transforms of sources and of uploads share: opening and reading pictures, rendering under the isolate's limits.
import { AppError } from '../errors.ts';
import type { ChooseFormat } from '../plan/cost.ts';
import type { Plan } from '../plan/plan.ts';
import { type Blobs, type Rendered, renderPlan } from '../plan/render.ts';
import type { OpenSource } from '../sources/fetch-source.ts';
import type { Source } from '../sources/source.ts';
import type { Services } from './services.ts';

/** Opens all or none: where one fails, the others are closed. */
export async function openAll(
  sources: readonly Source[],
  services: Services,
): Promise<OpenSource[]> {
  const results = await Promise.allSettled(sources.map((source) => services.sources.open(source)));
  const failed = results.find((result) => result.status === 'rejected');
  const opened = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  if (!failed) return opened;
  await closeAll(opened);
  throw failed.reason;
}

/** Closes what is still open. */
export const closeAll = async (opened: readonly OpenSource[]): Promise<void> =>
  void (await Promise.all(opened.map((source) => source.cancel())));

/** Bytes to reserve for sources before any is read. */
export const expectedOf = (opened: readonly OpenSource[]): number =>
  opened.reduce((sum, source) => sum + source.expectedBytes, 0);

/** Reads all; `grow` is asked for room beyond what was expected. */
export const readAll = (
  opened: readonly OpenSource[],
  grow: (bytes: number) => boolean,
): Promise<Uint8Array[]> => Promise.all(opened.map((source) => source.read(grow)));

/** Throws `busy` where a request that holds bytes already gets no room for more. */
export function growOrRefuse(grow: (bytes: number) => boolean, bytes: number): void {
  if (bytes === 0 || grow(bytes)) return;
  throw new AppError('busy', 'expected room for the pictures, too many are being read', {
    retryable: true,
    retryAfter: 1,
  });
}

/** Renders within the configured limits, as soon as the isolate has room. */
export function render(
  plan: Plan,
  blobs: Blobs,
  choose: ChooseFormat,
  services: Services,
): Promise<Rendered> {
  const { config, codecs, gate, edgeMemoryBytes, edgeHeapBytes } = services;
  const limits = {
    maxSourcePixels: config.MAX_SOURCE_PIXELS,
    maxResultPixels: config.MAX_RESULT_PIXELS,
    edgeBudgetMs: config.EDGE_BUDGET_MS,
    edgeMemoryBytes,
    edgeHeapBytes,
  };
  return renderPlan(plan, blobs, choose, { ...services, codecs, limits, enter: gate.enter });
}
