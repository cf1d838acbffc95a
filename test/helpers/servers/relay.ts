// A relay between a Worker and a backend process: records their exchanges, can switch to another process, and can change or delay answers.
import { once } from 'node:events';
import {
  createServer,
  type IncomingMessage,
  request as openRequest,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline, Transform } from 'node:stream';
import type { JobHead, JobLine } from '../../../src/jobs/protocol.ts';

export type Exchange = {
  /** Milliseconds of `performance.now()`. */
  at: number;
  method: string;
  path: string;
  /** Head of a submitted job, when it has arrived. */
  head?: JobHead;
  /** Status and `ETag`, when the answer has begun. */
  status?: number;
  tag?: string | undefined;
  /** Whether the answer is complete. */
  whole?: boolean;
  /** The lines of a job as the backend sent them. */
  text: string;
};

/** Changes or delays a part of an answer. */
export type Change = (chunk: Buffer, exchange: Exchange) => Buffer | Promise<Buffer>;

export type Relay = {
  url: string;
  exchanges: readonly Exchange[];
  /** Relays to this backend from now on. Before the first call, connections are cut. */
  switchTo: (to: string) => void;
  /** Passes every further part of an answer through `next`. */
  change: (next: Change) => void;
  /** Answers 413 to requests with more than so many bytes, as proxies do. */
  limitBodies: (bytes: number) => void;
  close: () => Promise<void>;
};

/** Opens a relay on a free port, without a backend yet. */
export async function openRelay(): Promise<Relay> {
  const exchanges: Exchange[] = [];
  let target: string | undefined;
  let change: Change = (chunk) => chunk;
  let maxBytes = Number.POSITIVE_INFINITY;
  const server = createServer({ requestTimeout: 0 }, (request, response) => {
    const { method = '', url: path = '' } = request;
    const exchange: Exchange = { at: performance.now(), method, path, text: '' };
    exchanges.push(exchange);
    if (target === undefined) response.destroy();
    else if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      exchange.status = 413;
      response.writeHead(413, { connection: 'close' }).end('<h1>Request Entity Too Large</h1>');
    } else
      forward(request, response, {
        exchange,
        target,
        change: (chunk) => change(chunk, exchange),
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exchanges,
    switchTo(next) {
      target = next;
    },
    change(next) {
      change = next;
    },
    limitBodies(bytes) {
      maxBytes = bytes;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

type Forwarding = {
  exchange: Exchange;
  target: string;
  change: (chunk: Buffer) => Buffer | Promise<Buffer>;
};

// If one side ends, the other side is ended too.
function forward(
  incoming: IncomingMessage,
  response: ServerResponse,
  { exchange, target, change }: Forwarding,
): void {
  const { method, path } = exchange;
  const outgoing = openRequest(`${target}${path}`, { method, headers: incoming.headers });
  outgoing.on('error', () => response.destroy());
  response.on('close', () => outgoing.destroy());
  if (method === 'PUT' && !path.includes('/parts/')) readHead(incoming, exchange);
  incoming.on('error', () => outgoing.destroy());
  incoming.pipe(outgoing);
  outgoing.on('response', (answer) => {
    exchange.status = answer.statusCode ?? 0;
    exchange.tag = answer.headers.etag;
    response.writeHead(exchange.status, answer.headers);
    response.flushHeaders();
    if (method === 'PUT') {
      answer.on('data', (chunk: Buffer) => {
        exchange.text += chunk.toString('latin1');
      });
    }
    const through = new Transform({
      transform(chunk: Buffer, _, done) {
        Promise.resolve(change(chunk)).then((passed) => done(null, passed), done);
      },
    });
    pipeline(answer, through, response, (error) => {
      exchange.whole = !error;
    });
  });
}

/** Complete lines of a job. */
export const linesIn = ({ text }: Exchange): JobLine[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as JobLine);

function readHead(incoming: IncomingMessage, exchange: Exchange): void {
  let bytes = Buffer.alloc(0);
  const take = (chunk: Buffer): void => {
    bytes = Buffer.concat([bytes, chunk]);
    const end = bytes.length < 4 ? Number.POSITIVE_INFINITY : 4 + bytes.readUInt32BE(0);
    if (bytes.length < end) return;
    exchange.head = JSON.parse(bytes.toString('utf8', 4, end)) as JobHead;
    incoming.off('data', take);
  };
  incoming.on('data', take);
}
