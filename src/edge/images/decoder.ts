// Cloudflare's Images binding as the decoder for pictures that the isolate cannot hold or does not read. Each call costs money.
import type { ShrinkDecoder, ShrunkFile } from '../../codecs/outside/outside.ts';
import { AppError } from '../../errors.ts';
import type { ByteAccount } from '../../gate/byte-account.ts';
import type { OutsideResult } from '../../http/observe/metrics.ts';
import type { Size } from '../../image.ts';
import { readLimited } from '../../sources/read-limited.ts';
import { within } from '../../timing.ts';
import { takesFile } from './limits.ts';

export type ImagesPorts = {
  /** Memory for the PNGs that the binding hands back. */
  account: Pick<ByteAccount, 'reserve'>;
  /** Whether one more call is allowed today; counts it. */
  allowance: () => Promise<boolean>;
  count: (result: OutsideResult) => void;
  log: (entry: Record<string, unknown>) => void;
};

/** Time limit for a whole call, in milliseconds. */
const TIMEOUT_MS = 10_000;

/** `Retry-After` if the binding fails, in seconds. */
const RETRY_AFTER_S = 30;

/** Bytes of the file that are handed over at a time. */
const PIECE_BYTES = 256 * 1024;

export const NAME = 'the Images binding (IMAGES)';

/** The decoder of a binding. */
export function createImagesDecoder(
  binding: ImagesBinding,
  { account, allowance, count, log }: ImagesPorts,
  timeoutMs = TIMEOUT_MS,
): ShrinkDecoder {
  const ask = async (bytes: Uint8Array, size: Size, maxBytes: number): Promise<Uint8Array> => {
    if (!(await allowance())) {
      throw refused("today's calls (IMAGES_PER_DAY) are used up");
    }
    const late = new AbortController();
    const work = callBinding(binding, bytes, size, { maxBytes, signal: late.signal });
    return within({ ms: timeoutMs }, work, () => {
      const error = failed(`to answer within ${timeoutMs} ms`);
      late.abort(error);
      throw error;
    });
  };
  return {
    name: NAME,
    takes: takesFile,
    async shrink(bytes, size, maxBytes): Promise<ShrunkFile> {
      const { release } = await account.reserve(maxBytes);
      try {
        const made = await ask(bytes, size, maxBytes);
        count('ok');
        return { bytes: made, [Symbol.dispose]: release };
      } catch (cause) {
        release();
        const error = asAppError(cause);
        count(error.code === 'backend_unavailable' ? 'failed' : 'refused');
        log({ event: 'images_failed', code: error.code, message: String(cause) });
        throw error;
      }
    },
  };
}

async function callBinding(
  binding: ImagesBinding,
  bytes: Uint8Array,
  { width, height }: Size,
  limits: { maxBytes: number; signal: AbortSignal },
): Promise<Uint8Array> {
  const result = await binding
    .input(streamOf(bytes))
    .transform({ width, height, fit: 'scale-down' })
    .output({ format: 'image/png', anim: false });
  return readLimited(result.image(), { ...limits, what: 'source' });
}

/** The bytes as a stream that neither copies nor detaches them. */
function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, at + PIECE_BYTES));
      at += PIECE_BYTES;
      if (at >= bytes.length) controller.close();
    },
  });
}

/** The binding's codes for files that it does not take: formats, sizes, and exhausted or missing subscriptions. */
const REFUSALS: ReadonlySet<number> = new Set([
  9402, 9412, 9413, 9420, 9422, 9423, 9425, 9430, 9520, 9529,
]);

/** The binding's codes for files that cannot be decoded. */
const BROKEN: ReadonlySet<number> = new Set([9416, 9516]);

function asAppError(cause: unknown): AppError {
  if (cause instanceof AppError) {
    if (cause.code === 'too_many_bytes')
      return refused('its picture is larger than there is room for');
    return cause.code === 'source_unreachable' ? failed('to finish its answer', cause) : cause;
  }
  const code = Number((cause as { code?: unknown } | undefined)?.code);
  if (REFUSALS.has(code)) return refused(`it answered with code ${code}`, cause);
  if (BROKEN.has(code))
    return new AppError('undecodable', `the file is damaged: ${NAME} cannot decode it`, { cause });
  return failed('to answer', cause);
}

const refused = (why: string, cause?: unknown): AppError =>
  new AppError('format_unsupported', `${NAME} does not take the picture: ${why}`, { cause });

const failed = (what: string, cause?: unknown): AppError =>
  new AppError('backend_unavailable', `expected ${NAME} ${what}`, {
    retryable: true,
    retryAfter: RETRY_AFTER_S,
    cause,
  });
