// Jobs from a client's side: submit, look, follow, fetch, cancel.
import { digestOf } from '../crypto.ts';
import type { jobDocument } from '../http/jobs/document.ts';
import { requestText, SIGNATURE_HEADER, type SigningKey, signText } from '../signing.ts';
import { type FollowOptions, followJob, type JobEvent } from './job-events.ts';
import { type RequestPorts, request } from './request.ts';

/** What the service tells of a job; `token` in the answer to a submit. */
export type JobDocument = ReturnType<typeof jobDocument>;

/** A plan with its source, or one whose pictures come along; builders are such. */
export type PlannedWork = { plan: string; source?: string | undefined };

export type SubmitOptions = {
  /** For a plan without source: `image`, and one for each further image. */
  pictures?: Readonly<Record<string, Blob>>;
  /** Seconds to wait for the job's end. */
  wait?: number;
  signal?: AbortSignal;
};

type Asked = { signal?: AbortSignal };

/** Jobs are asked for by their ids. All throw what `request` throws. */
export type JobClient = {
  /** Submits, signed where there are keys. The same work is the same job, so repeating it does no harm. */
  submit: (work: PlannedWork, options?: SubmitOptions) => Promise<JobDocument>;
  state: (id: string, options?: Asked) => Promise<JobDocument>;
  /** Events until the job has ended. */
  events: (id: string, options?: FollowOptions) => AsyncGenerator<JobEvent, void, undefined>;
  /** The picture. Throws `not_ready` until it is there, and why there is none. */
  result: (id: string, options?: Asked) => Promise<Response>;
  /** The newest preview. Throws `not_ready` until there is one. */
  preview: (id: string, options?: Asked) => Promise<Response>;
  /** Ends the job; `token` is that of its submit. */
  cancel: (id: string, token?: string, options?: Asked) => Promise<JobDocument>;
};

const PATH = '/v1/jobs';

/** The jobs of a service; `key` signs submits. */
export function createJobClient(ports: RequestPorts, key: SigningKey | undefined): JobClient {
  const pathOf = (id: string): string => `${PATH}/${encodeURIComponent(id)}`;
  const document = (response: Response): Promise<JobDocument> =>
    response.json() as Promise<JobDocument>;
  const whole = (response: Response): Response => response;

  return {
    async submit(work, { pictures, wait, signal } = {}) {
      const { body, type } = await bodyOf(work, pictures);
      const headers = {
        'Content-Type': type,
        ...(wait !== undefined && { Prefer: `wait=${wait}` }),
        ...(key && { [SIGNATURE_HEADER]: await signBody(body, key) }),
      };
      const patient = { ...ports, timeoutMs: ports.timeoutMs + 1000 * (wait ?? 0) };
      return request(PATH, { method: 'POST', headers, body, signal }, patient, document);
    },
    state: (id, { signal } = {}) => request(pathOf(id), { signal }, ports, document),
    events: (id, options = {}) => followJob(`${pathOf(id)}/events`, options, ports),
    result: (id, { signal } = {}) => request(`${pathOf(id)}/result`, { signal }, ports, whole),
    preview: (id, { signal } = {}) => request(`${pathOf(id)}/preview`, { signal }, ports, whole),
    cancel(id, token, { signal } = {}) {
      const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
      return request(pathOf(id), { method: 'DELETE', headers, signal }, ports, document);
    },
  };
}

async function signBody(body: Uint8Array, key: SigningKey): Promise<string> {
  const digest = await digestOf(body);
  return signText(requestText({ method: 'POST', path: PATH, digest }), key);
}

// As bytes: what is signed has to be what is sent, the boundaries of parts included.
async function bodyOf(
  { plan, source }: PlannedWork,
  pictures: Readonly<Record<string, Blob>> | undefined,
): Promise<{ body: Uint8Array<ArrayBuffer>; type: string }> {
  if (!pictures) {
    const body = new TextEncoder().encode(JSON.stringify({ plan, source }));
    return { body, type: 'application/json' };
  }
  const form = new FormData();
  form.set('plan', plan);
  for (const [name, picture] of Object.entries(pictures)) form.set(name, picture, name);
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type') as string;
  return { body: new Uint8Array(await encoded.arrayBuffer()), type };
}
