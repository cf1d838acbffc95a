import { describe, expect, it } from 'vitest';
import {
  addLine,
  arrivalOf,
  arrive,
  bytesOf,
  droppedFiles,
  type Entry,
  expired,
  failureLine,
  linesToReplay,
  start,
} from '../../../src/gpu/table/entry.ts';
import type { JobHead, JobLine } from '../../../src/jobs/protocol.ts';

const head: JobHead = {
  id: 'a',
  run: 2,
  attempt: 2,
  plan: 'w=8',
  accept: null,
  inputs: [{ name: 'image', bytes: 80, sha256: 'a'.repeat(64) }],
};
const arrived = arrive(head, '/jobs/a', 0);
const checkpoint = (step: number): JobLine => ({
  type: 'checkpoint',
  step,
  bytes: 10 * step,
  sha256: String(step).repeat(64),
});
const canceled: JobLine = { type: 'canceled', seconds: 1 };
const result: JobLine = {
  type: 'result',
  seconds: 1,
  bytes: 7,
  sha256: 'c'.repeat(64),
  mime: 'image/png',
  extension: 'png',
  width: 1,
  height: 1,
  report: [],
};
const withLines = (lines: readonly JobLine[], now = 0): Entry =>
  lines.reduce((entry, line, i) => addLine(entry, { line, path: `/jobs/a/${i}`, now }), arrived);

describe('a job on the backend', () => {
  it('replays the newest line of each type in the order that readers expect, the last one at the end', () => {
    const started: JobLine = { type: 'started' };
    const entry = withLines([checkpoint(1), started, checkpoint(2), canceled]);
    expect(linesToReplay(entry)).toEqual([started, checkpoint(2), canceled]);
  });

  it('ends with its last line and keeps the time of that', () => {
    expect(withLines([checkpoint(1)], 5)).toMatchObject({ stage: 'receiving' });
    expect(withLines([checkpoint(1), result], 5)).toMatchObject({
      stage: 'ended',
      endedAt: 5,
      last: result,
    });
  });

  it('keeps the newest file of each kind, and names the one that it replaced', () => {
    const before = withLines([checkpoint(1)]);
    const after = addLine(before, { line: checkpoint(2), path: '/jobs/a/new', now: 0 });
    expect(after.files).toEqual({
      checkpoint: {
        path: '/jobs/a/new',
        bytes: 20,
        sha256: '2'.repeat(64),
        mime: 'application/octet-stream',
      },
    });
    expect(droppedFiles(before, after)).toEqual(['/jobs/a/0']);
    expect(bytesOf(after)).toBe(80 + 20);
  });

  it('counts only the time since a renderer began it as rendering time when it fails', () => {
    expect(failureLine(arrived, 'x', 3000)).toMatchObject({ seconds: 0, retryable: true });
    expect(failureLine(start(arrived, 1000), 'x', 3000)).toMatchObject({ seconds: 2 });
  });

  it.each([
    ['refuse', [], { run: 1, attempt: 9 }],
    ['cancel', [], { run: 3, attempt: 1 }],
    ['join', [], { run: 2, attempt: 3 }],
    ['join', [result], { run: 2, attempt: 3 }],
    ['join', [canceled], { run: 2, attempt: 2 }],
    ['replace', [canceled], { run: 2, attempt: 3 }],
  ] as const)(
    'answers with "%s" after the lines %j if the request says %j',
    (arrival, lines, of) => {
      expect(arrivalOf(withLines(lines), { ...head, ...of })).toBe(arrival);
    },
  );

  it('expires after its time, and the oldest first if files take too many bytes', () => {
    const ended = [30, 10, 20].map((now) => withLines([canceled], now));
    const times = (limits: { ms: number; bytes: number }) =>
      expired([arrived, ...ended], limits, 40).map(({ endedAt }) => endedAt);
    expect(times({ ms: 100, bytes: 240 })).toEqual([]);
    expect(times({ ms: 25, bytes: 240 })).toEqual([10]);
    expect(times({ ms: 100, bytes: 160 })).toEqual([10]);
    expect(times({ ms: 100, bytes: 79 })).toEqual([30, 20, 10]);
  });
});
