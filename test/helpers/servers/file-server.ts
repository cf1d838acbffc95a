// A web server of one file that misbehaves on request, for tests of downloads.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answer to one request: complete, that many bytes and then a cut or silence, without ranges, or a status. */
export type Answer =
  | 'whole'
  | { cutAfter: number }
  | { stallAfter: number }
  | 'no ranges'
  | 'no length'
  | { status: number };

export type FileServer = {
  url: string;
  /** The `Range` header of every request so far. */
  ranges: (string | undefined)[];
  close: () => Promise<void>;
};

/** Time for bytes to arrive before the connection is cut, in milliseconds; on a busy machine too. */
const ARRIVAL_MS = 200;

/** Serves `bytes` at every path on a free port; each request gets the next of `answers`, then always the last one. */
export async function serveBytes(
  bytes: Uint8Array,
  answers: readonly [Answer, ...Answer[]] = ['whole'],
): Promise<FileServer> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(ranges.length, answers.length - 1)] as Answer;
    ranges.push(request.headers.range);
    respond(request, response, { bytes, answer });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ranges,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function respond(
  { headers }: IncomingMessage,
  response: ServerResponse,
  { bytes, answer }: { bytes: Uint8Array; answer: Answer },
): void {
  if (typeof answer === 'object' && 'status' in answer) {
    response.writeHead(answer.status).end('no');
    return;
  }
  const range = answer === 'no ranges' ? undefined : /^bytes=(\d+)-$/.exec(headers.range ?? '');
  const start = range ? Number(range[1]) : 0;
  const end = bytes.length;
  response.writeHead(range ? 206 : 200, {
    ...(answer !== 'no length' && { 'content-length': end - start }),
    ...(range && { 'content-range': `bytes ${start}-${end - 1}/${end}` }),
  });
  if (typeof answer === 'string') response.end(bytes.subarray(start));
  else if ('stallAfter' in answer) response.write(bytes.subarray(start, start + answer.stallAfter));
  else {
    response.write(bytes.subarray(start, start + answer.cutAfter), () => {
      setTimeout(() => response.destroy(), ARRIVAL_MS);
    });
  }
}
