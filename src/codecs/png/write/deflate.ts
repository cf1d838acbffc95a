// Compresses the rows of a PNG with the platform's own zlib.

/**
 * The zlib stream of `parts`, which are asked for one at a time as the compressor takes them; both
 * ends of the stream are closed whether it succeeds or throws.
 */
export async function deflate(parts: AsyncGenerator<Uint8Array>): Promise<Uint8Array> {
  const source = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  const compressor = new CompressionStream('deflate') as ReadableWritablePair<
    Uint8Array,
    Uint8Array
  >;
  // `Response` gathers the stream natively, and cancels it on failure.
  const compressed = new Response(source.pipeThrough(compressor) as ReadableStream<BufferSource>);
  return new Uint8Array(await compressed.arrayBuffer());
}
