// Parses a stream of server-sent events.

export type ServerEvent = { id: number; type: string; data: string };

/** Longest event, in characters. */
const MOST_TEXT = 2 ** 20;

/**
 * Yields each event of a body as soon as it is complete. `read` reads the next bytes. Throws `RangeError` for an event that is too
 * long, and what `read` throws. The body is cancelled on every path.
 */
export async function* serverEvents(
  body: ReadableStream<Uint8Array>,
  read: (
    reader: ReadableStreamDefaultReader<Uint8Array>,
  ) => Promise<ReadableStreamReadResult<Uint8Array>>,
): AsyncGenerator<ServerEvent, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop()!;
      if (rest.length > MOST_TEXT) {
        throw new RangeError(`expected events of at most ${MOST_TEXT} characters`);
      }
      for (const block of blocks) {
        const event = parseEvent(block);
        if (event) yield event;
      }
    }
  } finally {
    // Not awaited: on a connection that hangs it might never settle.
    reader.cancel().catch(() => {});
  }
}

/** The event of a block of lines; undefined for a comment, which the server sends as a heartbeat. */
function parseEvent(block: string): ServerEvent | undefined {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name = '', value = ''] = /^(\w+): ?(.*)$/s.exec(line) ?? [];
    const before = name === 'data' ? fields.get(name) : undefined;
    fields.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  const data = fields.get('data');
  if (data === undefined) return undefined;
  return { id: Number(fields.get('id') ?? 0), type: fields.get('event') ?? 'message', data };
}
