import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../src/jobs/record.ts';
import { readEvents } from '../../../src/jobs/store/event-stream.ts';

const event = (id: number): StoredEvent => ({ id, type: 'progress', data: `{"step":${id}}` });

function createLog() {
  const log = { events: [event(1), event(2)], final: false, time: 0, waits: [] as number[] };
  const open = readEvents({
    now: () => log.time,
    async changed(ms) {
      log.waits.push(ms);
      log.time += ms;
    },
    after: (id) => log.events.filter((one) => one.id > id),
    state: () => ({
      id: log.events.at(-1)?.id ?? 0,
      type: 'state',
      data: '{"state":"running"}',
      final: log.final,
    }),
  });
  return { log, open };
}

function reading(stream: ReadableStream<Uint8Array> | null) {
  const reader = (stream as ReadableStream<Uint8Array>).getReader();
  return {
    async next(): Promise<string | undefined> {
      const { value, done } = await reader.read();
      return done ? undefined : new TextDecoder().decode(value);
    },
    cancel: () => reader.cancel(),
  };
}

describe('a reader of events', () => {
  it('gets past events, a comment during silence, new events, and the end', async () => {
    const { log, open } = createLog();
    const reader = reading(open(0));
    expect(await reader.next()).toBe(
      'id: 1\nevent: progress\ndata: {"step":1}\n\nid: 2\nevent: progress\ndata: {"step":2}\n\n',
    );
    expect(await reader.next()).toBe(':\n\n');
    expect(log.waits[0]).toBe(15_000);
    log.events.push(event(3));
    log.final = true;
    while (true) {
      const text = await reader.next();
      if (text === ':\n\n') continue;
      expect(text).toBe('id: 3\nevent: progress\ndata: {"step":3}\n\n');
      break;
    }
    expect(await reader.next()).toBeUndefined();
  });

  it('that missed deleted events gets the state first', async () => {
    const { log, open } = createLog();
    log.events = [event(7), event(8)];
    expect(await reading(open(3)).next()).toMatch(/^id: 6\nevent: state\n.*"running".*\n\nid: 7\n/);
    expect(await reading(open(6)).next()).toMatch(/^id: 7\n/);
    log.events = [{ ...event(7), type: 'state' }, event(8)];
    expect(await reading(open(3)).next()).toMatch(/^id: 7\nevent: state\n/);
  });

  it('no longer counts when it has stopped reading', async () => {
    const { log, open } = createLog();
    const readers = Array.from({ length: 64 }, () => open(0));
    expect(readers.every((reader) => reader !== null)).toBe(true);
    expect(open(0)).toBeNull();
    log.time += 61_000;
    expect(open(0)).not.toBeNull();
  });
});
