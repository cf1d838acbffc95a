// The stored events of a job as a stream of server-sent events; a reader gets them as fast as it reads.
import type { StoredEvent } from '../record.ts';

export type EventSource = {
  now: () => number;
  /** Resolves when there may be new events, or after `ms`. */
  changed: (ms: number) => Promise<void>;
  /** Events after a number, ascending. */
  after: (id: number) => readonly StoredEvent[];
  /** The current state as an event with the number of the newest event; `final` if no event will follow. */
  state: () => StoredEvent & { final: boolean };
};

/** Time between heartbeats, in milliseconds; proxies close connections that are silent for longer. */
const HEARTBEAT_MS = 15_000;

/** Most readers of one job. */
const MAX_READERS = 64;

// A reader that reads nothing for so long counts as gone, even if its connection was not seen to close. In milliseconds.
const GONE_MS = 4 * HEARTBEAT_MS;

/** A function that opens a stream of the events after a number; it returns null if there are too many readers. */
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
    let hasSent = false;

    const next = async (): Promise<string | undefined> => {
      const events = source.after(at);
      const [first] = events;
      if (first) {
        // If events before `first` were dropped, the reader first gets the current state in their place.
        const isGap = first.id > at + 1 && first.type !== 'state';
        const missed = isGap ? [{ ...source.state(), id: first.id - 1 }] : [];
        at = events.at(-1)!.id;
        return [...missed, ...events].map(format).join('');
      }
      const state = source.state();
      // A browser that reconnects with the last number gets the final state; after an empty answer it would reconnect forever.
      if (state.final) return hasSent ? undefined : format(state);
      await source.changed(HEARTBEAT_MS);
      return source.after(at).length > 0 ? next() : ':\n\n';
    };

    return new ReadableStream<Uint8Array>({
      type: 'bytes',
      async pull(controller) {
        seen.set(reader, source.now());
        const chunk = await next();
        if (chunk !== undefined) {
          hasSent = true;
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
