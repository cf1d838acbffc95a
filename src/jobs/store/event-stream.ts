// A job's events as a stream of server-sent events, read from the log at the reader's pace.
import type { StoredEvent } from '../record.ts';

export type EventSource = {
  now: () => number;
  /** Resolves when there may be something new, or after `ms`. */
  changed: (ms: number) => Promise<void>;
  /** Events behind a number, ascending. */
  after: (id: number) => readonly StoredEvent[];
  /** Tells the state as it is, under the number of the newest event; `final` where nothing will follow. */
  state: () => StoredEvent & { final: boolean };
};

/** Proxies close connections that are silent for longer. */
const HEARTBEAT_MS = 15_000;

const MAX_READERS = 64;

// A reader that takes nothing for so long is gone, though its connection was not seen to close.
const GONE_MS = 4 * HEARTBEAT_MS;

/** Opens readers behind an event's number; null where too many read already. */
export function readEvents(
  source: EventSource,
): (after: number) => ReadableStream<Uint8Array> | null {
  const seen = new Map<object, number>();
  const text = new TextEncoder();

  return (after) => {
    for (const [reader, at] of seen) if (source.now() - at > GONE_MS) seen.delete(reader);
    if (seen.size >= MAX_READERS) return null;
    const reader = {};
    seen.set(reader, source.now());
    let at = Math.min(after, source.state().id);
    let begun = false;

    const next = async (): Promise<string | undefined> => {
      const events = source.after(at);
      const [first] = events;
      if (first) {
        // What is told first is a state either way.
        const isCut = first.id > at + 1 && first.type !== 'state';
        const cut = isCut ? [{ ...source.state(), id: first.id - 1 }] : [];
        at = events.at(-1)!.id;
        return [...cut, ...events].map(format).join('');
      }
      const state = source.state();
      // Who comes back with the last number would otherwise get an empty answer, and come back for ever.
      if (state.final) return begun ? undefined : format(state);
      await source.changed(HEARTBEAT_MS);
      return source.after(at).length > 0 ? next() : ':\n\n';
    };

    return new ReadableStream<Uint8Array>({
      type: 'bytes',
      async pull(controller) {
        seen.set(reader, source.now());
        const chunk = await next();
        if (chunk !== undefined) {
          begun = true;
          controller.enqueue(text.encode(chunk));
          return;
        }
        seen.delete(reader);
        controller.close();
      },
      cancel() {
        seen.delete(reader);
      },
    });
  };
}

const format = ({ id, type, data }: StoredEvent): string =>
  `id: ${id}\nevent: ${type}\ndata: ${data}\n\n`;
