// A source server with a path for each kind of bad behaviour; it also serves files correctly, and can be stopped and restarted.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { constants, deflateRawSync, gzipSync } from 'node:zlib';

export type ServedFile = { bytes: Uint8Array; type?: string };

export type HostileServer = {
  /** `http://127.0.0.1:<port>`, the same after a restart. */
  origin: string;
  /** Requested paths, in order. */
  asked: string[];
  /** Number of open connections. */
  open: () => number;
  /** Bytes of bodies that were written to the network so far. */
  sent: () => number;
  /** Ends every connection and stops listening. */
  stop: () => Promise<void>;
  /** Listens again, on the same port. */
  start: () => Promise<void>;
  close: () => Promise<void>;
};

type Answer = {
  request: IncomingMessage;
  response: ServerResponse;
  /** Rest of the path after the name of the behaviour. */
  rest: string;
  picture: Uint8Array;
};

const MIB = 2 ** 20;
const LARGE_BYTES = 200 * MIB;
const GZIP_PIECES = 640;
const zeros = Buffer.alloc(MIB / 4);
/** 16 MiB of zeros, deflated so that it can be repeated. */
const zeroPiece = deflateRawSync(Buffer.alloc(16 * MIB), { finishFlush: constants.Z_FULL_FLUSH });
const jpegType = { 'Content-Type': 'image/jpeg' };

/**
 * Behaviours by the first part of the path, all with the file `picture`:
 * `slow/<ms>` a byte at this interval, `silent` never answers, `stalled` stops after half of the body, `more` declares ten times the
 * bytes and closes, `less` declares half of them, `endless` zeros after the picture without end, `large` 200 MiB with their length,
 * `closed` cut in the middle, `reset` before any byte, `garbage` no HTTP, `gzip` 10 GiB in ten MB, `gzip-picture` compressed correctly,
 * `status/<code>`, `redirect?<target>` (or `redirect/b64-<target>`), `loop`, `chain/<n>`, `picture/<anything>` without fault.
 */
const behaviours: Record<string, (answer: Answer) => void> = {
  picture: ({ response, picture }) => void response.writeHead(200, jpegType).end(picture),
  slow({ response, rest, picture }) {
    response.writeHead(200, { ...jpegType, 'Content-Length': picture.length });
    let at = 0;
    const timer = setInterval(() => {
      response.write(picture.subarray(at, ++at));
      if (at === picture.length) response.end();
    }, Number(rest) || 200);
    response.on('close', () => clearInterval(timer));
  },
  silent: () => undefined,
  stalled({ response, picture }) {
    response.writeHead(200, { ...jpegType, 'Content-Length': picture.length });
    response.write(picture.subarray(0, picture.length / 2));
  },
  more({ response, picture }) {
    response.writeHead(200, { ...jpegType, 'Content-Length': 10 * picture.length });
    response.write(picture, () => setTimeout(() => response.destroy(), 20));
  },
  less({ response, picture }) {
    response.writeHead(200, { ...jpegType, 'Content-Length': Math.floor(picture.length / 2) });
    response.end(picture);
  },
  endless({ response, picture }) {
    response.writeHead(200, jpegType);
    response.write(picture);
    pour(response, Number.POSITIVE_INFINITY);
  },
  large({ response }) {
    response.writeHead(200, { ...jpegType, 'Content-Length': LARGE_BYTES });
    pour(response, LARGE_BYTES);
  },
  closed({ response, picture }) {
    response.writeHead(200, { ...jpegType, 'Content-Length': picture.length });
    response.write(picture.subarray(0, picture.length / 2), () =>
      setTimeout(() => response.destroy(), 20),
    );
  },
  reset: ({ request }) => void request.socket.resetAndDestroy(),
  garbage: ({ request }) => void request.socket.end('\x00\x01 not HTTP at all\r\n\r\n'),
  gzip({ response }) {
    response.writeHead(200, { ...jpegType, 'Content-Encoding': 'gzip' });
    // A gzip header, then the same 16 MiB of zeros repeatedly.
    response.write(Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]));
    pour(response, GZIP_PIECES * zeroPiece.length, zeroPiece);
  },
  'gzip-picture': ({ response, picture }) =>
    void response
      .writeHead(200, { ...jpegType, 'Content-Encoding': 'gzip' })
      .end(gzipSync(picture)),
  status: ({ response, rest }) => void response.writeHead(Number(rest), jpegType).end(),
  redirect: ({ response, rest }) =>
    void response.writeHead(302, { Location: targetOf(rest) }).end(),
  loop: ({ response }) => void response.writeHead(302, { Location: '/loop' }).end(),
  chain({ response, rest }) {
    const left = Number(rest);
    const Location = left > 1 ? `/chain/${left - 1}` : '/picture/end';
    response.writeHead(302, { Location }).end();
  },
};

// The target is in base64url if its address is on an allow-list, which encoded slashes never match.
const targetOf = (rest: string): string =>
  rest.startsWith('b64-')
    ? Buffer.from(rest.slice(4), 'base64url').toString()
    : decodeURIComponent(rest);

/** Names of the behaviours. */
export const hostileBehaviours = Object.keys(behaviours);

/** Starts the server on a free port of 127.0.0.1. `files` are served under `/file/<name>`, `picture` by the behaviours. */
export async function startHostileServer({
  picture,
  files = new Map(),
}: {
  picture: Uint8Array;
  files?: ReadonlyMap<string, ServedFile>;
}): Promise<HostileServer> {
  const asked: string[] = [];
  let port = 0;
  let sent = 0;
  let open = 0;
  let server: Server;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    asked.push(request.url ?? '');
    response.on('error', () => undefined);
    const before = request.socket.bytesWritten;
    response.on('close', () => {
      sent += request.socket.bytesWritten - before;
    });
    const [, name = '', rest = ''] = /^\/([^/?]*)[/?]?([^?]*)/.exec(request.url ?? '') ?? [];
    const file = name === 'file' ? files.get(decodeURIComponent(rest)) : undefined;
    const behave = behaviours[name];
    if (file) {
      response.writeHead(200, { 'Content-Type': file.type ?? 'image/jpeg' }).end(file.bytes);
    } else if (behave) behave({ request, response, rest, picture });
    else response.writeHead(404).end('no');
  };
  const start = async (): Promise<void> => {
    server = createServer(answer);
    server.on('connection', (socket) => {
      open++;
      socket.on('error', () => undefined).on('close', () => open--);
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    ({ port } = server.address() as AddressInfo);
  };
  const stop = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };
  await start();
  return {
    origin: `http://127.0.0.1:${port}`,
    asked,
    open: () => open,
    sent: () => sent,
    start,
    stop,
    close: stop,
  };
}

/** Writes `piece` repeatedly until `total` bytes are sent or the client has gone. */
function pour(response: ServerResponse, total: number, piece: Buffer = zeros): void {
  let left = total;
  const more = (): void => {
    while (left > 0 && !response.destroyed) {
      const part = left < piece.length ? piece.subarray(0, left) : piece;
      left -= part.length;
      if (!response.write(part)) return void response.once('drain', more);
    }
    if (left <= 0) response.end();
  };
  more();
}
