// A stand-in for the part of Cloudflare's API that `wrangler deploy` talks to: one account with its plan, Workers, secrets and buckets.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the account may do; it can change. */
export type Plan = { paid: boolean; r2: boolean };

/** The part of an upload that says what the Worker is bound to. */
export type Metadata = {
  bindings: { name: string; type: string; [more: string]: unknown }[];
  keep_bindings?: string[];
  limits?: { cpu_ms?: number };
  observability?: unknown;
  migrations?: { new_tag?: string; old_tag?: string };
};

export type Account = AsyncDisposable & {
  /** Environment of a wrangler that uses this account. */
  env: Record<string, string>;
  plan: Plan;
  /** `METHOD path` of each request, in order. */
  calls: readonly string[];
  /** Metadata of the uploads, in order. */
  uploads: readonly { script: string; metadata: Metadata }[];
  buckets: ReadonlySet<string>;
  /** Prefixes of the rules of a bucket's life cycle. */
  rules: ReadonlyMap<string, readonly string[]>;
  /** Workflows with the Worker that runs them. */
  workflows: ReadonlyMap<string, string>;
  /** Addresses of Workers: `custom:<host>` and `workers.dev:<script>`. */
  addresses: ReadonlySet<string>;
};

type Answer = { status: number; body: object };

const ID = 'acc';
const ROOT = `/client/v4/accounts/${ID}`;

const ok = (result: unknown): Answer => ({
  status: 200,
  body: { success: true, errors: [], messages: [], result },
});
const refused = (status: number, code: number, message: string): Answer => ({
  status,
  body: { success: false, errors: [{ code, message }], messages: [], result: null },
});

/** Opens an account on a free port of this machine; disposing of it closes the server. */
export async function openAccount(may: Partial<Plan> = {}): Promise<Account> {
  const plan: Plan = { paid: true, r2: true, ...may };
  const calls: string[] = [];
  const uploads: { script: string; metadata: Metadata }[] = [];
  const buckets = new Set<string>();
  const rules = new Map<string, string[]>();
  const workflows = new Map<string, string>();
  const addresses = new Set<string>();

  const uploadOf = (script: string) => uploads.findLast((upload) => upload.script === script);
  const secretsOf = (script: string) => [
    ...new Set(
      uploads
        .filter((upload) => upload.script === script)
        .flatMap(({ metadata }) => metadata.bindings)
        .filter(({ type }) => type === 'secret_text')
        .map(({ name }) => name),
    ),
  ];

  function upload(script: string, body: Buffer): Answer {
    const metadata = metadataIn(body);
    if (!plan.paid && metadata.limits?.cpu_ms !== undefined)
      return refused(400, 100328, 'CPU limits are not available on the free plan.');
    const bucket = metadata.bindings.find(({ type }) => type === 'r2_bucket');
    if (!plan.r2 && bucket)
      return refused(400, 10136, `R2 binding error for bucket ${bucket.bucket_name}: enable R2`);
    uploads.push({ script, metadata });
    return ok({ id: script, etag: 'e', deployment_id: 'a'.repeat(32), startup_time_ms: 40 });
  }

  function bucketAnswer(method: string, name: string | undefined, rest: string, body: Buffer) {
    if (!plan.r2) return refused(403, 10042, 'Please enable R2 through the Cloudflare Dashboard.');
    if (name === undefined) {
      if (method === 'POST') buckets.add((JSON.parse(String(body)) as { name: string }).name);
      return ok({ buckets: [...buckets].map((one) => ({ name: one })) });
    }
    if (!buckets.has(name)) return refused(404, 10006, 'The specified bucket does not exist.');
    if (rest === '/lifecycle' && method === 'PUT') {
      const set = JSON.parse(String(body)) as { rules: { conditions: { prefix: string } }[] };
      rules.set(
        name,
        set.rules.map(({ conditions }) => conditions.prefix),
      );
    }
    return ok({ name });
  }

  function scriptAnswer(method: string, script: string, rest: string, body: Buffer): Answer {
    const latest = uploadOf(script);
    const missing = refused(404, 10007, 'This Worker does not exist on your account.');
    if (rest === '' && method === 'PUT') return upload(script, body);
    if (rest === '/assets-upload-session') return ok({ jwt: 'x.y.z', buckets: [] });
    if (rest === '/subdomain') {
      const { enabled } = JSON.parse(String(body) || '{}') as { enabled?: boolean };
      if (enabled) addresses.add(`workers.dev:${script}`);
      return ok({ enabled: enabled ?? false, previews_enabled: false });
    }
    if (rest === '/script-settings') return ok({});
    if (rest.startsWith('/domains')) {
      const hosts = (JSON.parse(String(body) || '[]') ?? []) as unknown;
      for (const host of hostsIn(hosts)) addresses.add(`custom:${host}`);
      return rest.includes('changeset')
        ? ok({ added: [], removed: [], updated: [], conflicting: [] })
        : ok([]);
    }
    if (!latest) return missing;
    if (rest === '/versions' && method === 'POST') return versionAnswer(upload(script, body));
    if (rest === '/deployments' && method === 'POST') return ok({ id: 'd' });
    if (rest === '/secrets')
      return ok(secretsOf(script).map((name) => ({ name, type: 'secret_text' })));
    if (rest === '/settings') return ok({ bindings: latest.metadata.bindings });
    if (rest === '/deployments') {
      const versions = [{ version_id: 'v', percentage: 100 }];
      const one = { id: 'd', source: 'wrangler', strategy: 'percentage', author_email: 'a@b.c' };
      return ok({ deployments: [{ ...one, created_on: '2026-01-01T00:00:00Z', versions }] });
    }
    return ok([]);
  }

  function answer(method: string, path: string, body: Buffer): Answer {
    const [, script, ofScript = ''] = /\/workers\/scripts\/([^/]+)(.*)$/.exec(path) ?? [];
    if (script) return scriptAnswer(method, script, ofScript, body);
    const [, bucket, ofBucket = ''] = /\/r2\/buckets(?:\/([^/]+)(.*))?$/.exec(path) ?? [];
    if (path.includes('/r2/buckets')) return bucketAnswer(method, bucket, ofBucket, body);
    const [, workflow] = /\/workflows\/([^/]+)$/.exec(path) ?? [];
    if (workflow) return workflowAnswer(method, workflow, body);
    const [, service] = /\/workers\/(?:services|workers)\/([^/]+)$/.exec(path) ?? [];
    if (service) return serviceAnswer(path, service);
    if (path === `${ROOT}/workers/subdomain`) return ok({ subdomain: 'sub' });
    if (path === `${ROOT}/workers/scripts`)
      return ok(
        [...new Set(uploads.map((one) => one.script))].map((id) => ({
          id,
          migration_tag: tagOf(id),
        })),
      );
    if (path === '/client/v4/zones')
      return ok([{ id: 'z', name: 'example.com', status: 'active' }]);
    if (path === '/client/v4/user') return ok({ email: 'a@b.c', id: 'u' });
    if (path === '/client/v4/memberships') return ok([{ id: 'm', account: { id: ID, name: ID } }]);
    if (path === '/client/v4/accounts') return ok([{ id: ID, name: ID }]);
    return refused(404, 10000, `not part of this stand-in: ${method} ${path}`);
  }

  const tagOf = (script: string): string | undefined =>
    uploads.findLast((one) => one.script === script && one.metadata.migrations)?.metadata.migrations
      ?.new_tag;

  function workflowAnswer(method: string, name: string, body: Buffer): Answer {
    const owner = workflows.get(name);
    if (method === 'GET')
      return owner
        ? ok({ id: 'w', name, script_name: owner, class_name: 'JobWorkflow' })
        : refused(404, 10200, 'workflow.not_found');
    workflows.set(name, (JSON.parse(String(body)) as { script_name: string }).script_name);
    return ok({ id: 'w', name });
  }

  function serviceAnswer(path: string, name: string): Answer {
    if (path.includes('/workers/workers/'))
      return ok({ id: name, name, subdomain: { enabled: false, previews_enabled: false } });
    if (!uploadOf(name)) return refused(404, 10090, 'workers.api.error.service_not_found');
    const script = {
      id: name,
      tag: 't',
      tags: [],
      last_deployed_from: 'wrangler',
      migration_tag: tagOf(name),
    };
    return ok({ id: name, default_environment: { environment: 'production', script } });
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const method = request.method ?? 'GET';
    calls.push(`${method} ${pathname.replace(ROOT, '')}`);
    const { status, body } = answer(method, pathname, Buffer.concat(chunks));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  const server = createServer((request, response) => void serve(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${port}/client/v4`,
      CLOUDFLARE_API_TOKEN: 'x',
      CLOUDFLARE_ACCOUNT_ID: ID,
      CI: '1',
    },
    plan,
    calls,
    uploads,
    buckets,
    rules,
    workflows,
    addresses,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The answer to a new version of a Worker that exists. */
function versionAnswer(uploaded: Answer): Answer {
  if (uploaded.status !== 200) return uploaded;
  const id = 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa';
  return ok({
    id,
    number: 2,
    startup_time_ms: 40,
    resources: { script: { etag: 'e' } },
    metadata: {},
  });
}

/** The metadata in a multipart upload. Throws `Error` if there is none. */
function metadataIn(body: Buffer): Metadata {
  const start = body.indexOf('name="metadata"');
  const from = body.indexOf('{', start);
  const to = body.indexOf('\r\n--', from);
  if (start < 0 || from < 0 || to < 0) throw new Error('expected an upload with metadata');
  return JSON.parse(body.toString('utf8', from, to)) as Metadata;
}

/** All texts under `hostname` in JSON. */
function hostsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(hostsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'hostname' && typeof inner === 'string' ? [inner] : hostsIn(inner),
  );
}
