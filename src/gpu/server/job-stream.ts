// Answers with the course of a job: JSON lines, with heartbeats between them.
import type { ServerResponse } from 'node:http';
import { isLast } from '../messages.ts';
import type { JobRecord } from '../table/record.ts';

/** A reader that lets so many bytes pile up is cut off; it may come again. */
const MAX_PENDING_BYTES = 2 ** 20;

/** Streams what there is of the job and what comes, until its last line or until the reader leaves. */
export function streamJob(
  record: JobRecord,
  response: ServerResponse,
  { heartbeatMs }: { heartbeatMs: number },
): void {
  // It would not tell again that it is closed.
  if (response.destroyed) return;
  response.writeHead(200, {
    'content-type': 'application/x-ndjson',
    'cache-control': 'no-store',
    // Proxies must not gather lines.
    'x-accel-buffering': 'no',
  });
  const write = (line: object): void => {
    response.write(`${JSON.stringify(line)}\n`);
    if (response.writableLength > MAX_PENDING_BYTES) response.destroy();
  };
  const heartbeat = setInterval(() => write({ type: 'heartbeat' }), heartbeatMs);
  let leave = (): void => {};
  const end = (): void => {
    clearInterval(heartbeat);
    leave();
  };
  response.on('close', end);
  leave = record.listen((line) => {
    heartbeat.refresh();
    write(line);
    if (isLast(line)) {
      clearInterval(heartbeat);
      response.end();
    }
  });
}
