// What transforms of sources and of uploads share: opening and reading pictures, rendering under the isolate's limits.
import type { Context } from 'hono';
import type { Limits } from '../../cost/estimate.ts';
import type { Place } from '../../cost/place.ts';
import { AppError } from '../../errors.ts';
import type { Reservation } from '../../gate/byte-account.ts';
import type { PlaceContext, RenderPorts } from '../../render/render.ts';
import type { OpenSource } from '../../sources/fetch-source.ts';
import type { Source } from '../../sources/source.ts';
import type { Services } from '../services.ts';

/** Opens all or none: where one fails, the others are closed. */
export async function openAll(
  sources: readonly Source[],
  services: Services,
  known?: string,
): Promise<OpenSource[]> {
  const results = await Promise.allSettled(
    sources.map((source) => services.sources.open(source, known)),
  );
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

/** Limits of the configuration, and of an isolate. */
const limitsOf = ({ config, edgeMemoryBytes, edgeHeapBytes }: Services): Limits => ({
  maxSourcePixels: config.MAX_SOURCE_PIXELS,
  maxResultPixels: config.MAX_RESULT_PIXELS,
  edgeBudgetMs: config.EDGE_BUDGET_MS,
  edgeMemoryBytes,
  edgeHeapBytes,
});

/** What placing needs. */
export const placeContext = (services: Services, places: readonly Place[]): PlaceContext => ({
  ...services,
  limits: limitsOf(services),
  places,
});

/** What rendering here needs. */
export const renderPorts = (c: Context, services: Services): RenderPorts => ({
  ...services,
  model: services.models.model,
  limits: limitsOf(services),
  enter: services.gate.enter,
  background: (work) => c.executionCtx.waitUntil(work),
});

/** Opens and reads all sources and lends their files to `use`; `early` may answer before anything is read. */
export async function withFiles<T>(
  sources: readonly Source[],
  services: Services,
  {
    known,
    early,
    use,
  }: {
    /** Validator of the only source's picture, where that may still be right; `early` answers then. */
    known?: string | undefined;
    early?: (opened: readonly OpenSource[]) => Promise<T | undefined>;
    use: (files: readonly Uint8Array[], opened: readonly OpenSource[]) => Promise<T>;
  },
): Promise<T> {
  const opened = await openAll(sources, services, known);
  let reservation: Reservation | undefined;
  try {
    const answer = await early?.(opened);
    if (answer !== undefined) return answer;
    reservation = await services.encoded.reserve(expectedOf(opened));
    return await use(await readAll(opened, reservation.grow), opened);
  } finally {
    reservation?.release();
    await closeAll(opened);
  }
}
