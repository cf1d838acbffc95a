// Decompresses bodies with content codings that the platform leaves as they are.

/** A body without content coding; its length if that is known. */
export type PlainBody = { body: ReadableStream<Uint8Array> | null; contentLength: string | null };

/** The codings that some platforms do not decode: workerd knows only gzip and br. */
const CODINGS = ['x-gzip', 'deflate'];

/**
 * The response's body; decompressed if it has the coding `x-gzip` or `deflate` and still begins like compressed bytes, because some
 * platforms decode it and keep the header.
 */
export async function plainBody({ headers, body }: Response): Promise<PlainBody> {
  const coding = headers.get('content-encoding')?.trim().toLowerCase() ?? '';
  if (body === null || !CODINGS.includes(coding)) {
    return { body, contentLength: headers.get('content-length') };
  }
  const reader = body.getReader();
  const begin: Uint8Array[] = [];
  let length = 0;
  while (length < 2) {
    const { done, value } = await reader.read();
    if (done) break;
    begin.push(value);
    length += value.length;
  }
  const whole = rejoined(begin, reader);
  const format = formatOf(begin.flatMap((chunk) => [...chunk.subarray(0, 2)]));
  const plain = format ? whole.pipeThrough(new DecompressionStream(format)) : whole;
  return { body: plain, contentLength: null };
}

/** How bytes are compressed that begin like this: gzip (RFC 1952) or zlib (RFC 1950). */
function formatOf([first = 0, second = 0]: readonly number[]): 'gzip' | 'deflate' | undefined {
  if (first === 0x1f && second === 0x8b) return 'gzip';
  return (first & 0x0f) === 8 && (256 * first + second) % 31 === 0 ? 'deflate' : undefined;
}

/** A stream of chunks that were read already, and of what follows. */
function rejoined(
  begin: readonly Uint8Array[],
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const chunks = [...begin];
  return new ReadableStream({
    async pull(controller) {
      const chunk = chunks.shift() ?? (await reader.read()).value;
      if (chunk) controller.enqueue(chunk as Uint8Array<ArrayBuffer>);
      else controller.close();
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
