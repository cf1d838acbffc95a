// Serves the page and fake routes of the service, whose jobs a test controls.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

const files = fileURLToPath(new URL('../../../public', import.meta.url));
const types: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
};
const POLICY =
  "default-src 'none'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

type Refusal = { status: number; code: string; detail: string };

export type FakeJob = {
  id: string;
  /** The submit's body. */
  asked: { plan: string; source: string };
  state: string;
  run: number;
  more: Record<string, unknown>;
  events: string[];
  listeners: Set<ServerResponse>;
  /** Sends an event to all present and future listeners. */
  send: (event: 'state' | 'progress' | 'preview', data: Record<string, unknown>) => void;
  /** Ends the job; `more` are further fields of its document. */
  end: (state: string, more?: Record<string, unknown>) => void;
};

export type FakeJobServer = {
  url: string;
  /** In the order of the first submits. */
  jobs: FakeJob[];
  submits: number;
  /** Answer to the next submit. */
  refusal: Refusal | undefined;
  /** Cuts all event streams, as a restart does. */
  drop: () => void;
  close: () => Promise<void>;
};

/** Starts on a free port with a catalogue. Pictures of jobs are samples: chess as answers to transforms, bust as preview, painting as result. */
export async function startFakeJobServer(catalogue: unknown): Promise<FakeJobServer> {
  const jobs = new Map<string, FakeJob>();
  const answer = (response: ServerResponse, status: number, body: unknown) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  const problem = (response: ServerResponse, { status, ...rest }: Refusal) =>
    answer(response, status, { title: 'A problem', status, ...rest });
  const known = ({ id, state, run, more }: FakeJob) => ({
    id,
    state,
    run,
    attempt: 1,
    created: '2026-01-01T00:00:00Z',
    updated: '2026-01-01T00:01:05Z',
    ...more,
  });
  const token = ({ id, run }: FakeJob) => `token-${id}-${run}`;

  async function submit(asked: FakeJob['asked'], response: ServerResponse): Promise<void> {
    server.submits++;
    const { refusal } = server;
    server.refusal = undefined;
    if (refusal) return void problem(response, refusal);
    const id = createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 16);
    const job = jobs.get(id) ?? fakeJob(id, asked);
    jobs.set(id, job);
    if (job.run === 0 || ['failed', 'canceled'].includes(job.state)) {
      Object.assign(job, { state: 'queued', more: {}, run: job.run + 1 });
      job.send('state', known(job));
    }
    answer(response, 202, { ...known(job), token: token(job) });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://page').pathname;
    const [, id = '', part] = /^\/v1\/jobs\/(\w+)(?:\/(\w+))?$/.exec(path) ?? [];
    const job = jobs.get(id);
    if (path === '/v1/effects') return void answer(response, 200, catalogue);
    if (path === '/v1/jobs') return submit(JSON.parse(await textOf(request)), response);
    if (path.startsWith('/t/')) return picture('chess.jpg', response);
    if (job && request.method === 'DELETE') {
      if (request.headers.authorization !== `Bearer ${token(job)}`)
        return void problem(response, { status: 403, code: 'bad_signature', detail: 'token' });
      job.end('canceled');
      return void answer(response, 200, known(job));
    }
    if (job && part === 'events') return listen(job, request, response);
    if (job && part === 'preview') return picture('bust.jpg', response);
    if (job && part === 'result') return picture('painting.jpg', response);
    if (job) return void answer(response, 200, known(job));
    return file(path, response);
  }

  async function file(path: string, response: ServerResponse): Promise<void> {
    const name = path === '/' ? '/index.html' : path;
    const body = await readFile(`${files}${name}`);
    const type = types[extname(name)] ?? 'application/octet-stream';
    response.writeHead(200, { 'Content-Security-Policy': POLICY, 'Content-Type': type }).end(body);
  }
  const picture = (name: string, response: ServerResponse) => file(`/samples/${name}`, response);

  const http = createServer((request, response) => {
    serve(request, response).catch((error) =>
      problem(response, { status: 404, code: 'not_found', detail: String(error) }),
    );
  });
  await new Promise<void>((done) => http.listen(0, '127.0.0.1', done));
  const server: FakeJobServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    get jobs() {
      return [...jobs.values()];
    },
    submits: 0,
    refusal: undefined,
    drop: () => {
      for (const { listeners } of jobs.values())
        for (const listener of listeners) listener.destroy();
    },
    close: () => {
      http.closeAllConnections();
      return new Promise((done) => http.close(() => done()));
    },
  };
  return server;
}

function fakeJob(id: string, asked: FakeJob['asked']): FakeJob {
  const job: FakeJob = {
    id,
    asked,
    state: 'queued',
    run: 0,
    more: {},
    events: [],
    listeners: new Set(),
    send: (event, data) => {
      if (event === 'state') job.state = String(data.state);
      const text = `id: ${job.events.length + 1}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
      job.events.push(text);
      for (const listener of job.listeners) listener.write(text);
    },
    end: (state, more = {}) => {
      job.more = more;
      job.send('state', { state });
      for (const listener of job.listeners) listener.end();
    },
  };
  return job;
}

function listen(job: FakeJob, request: IncomingMessage, response: ServerResponse): void {
  const after = Number(request.headers['last-event-id'] ?? 0);
  // Without `retry` a browser waits three seconds before it reconnects.
  response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('retry: 100\n\n');
  for (const text of job.events.slice(after)) response.write(text);
  job.listeners.add(response);
  response.on('close', () => job.listeners.delete(response));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}
