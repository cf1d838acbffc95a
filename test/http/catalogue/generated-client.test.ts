// Generates a client from the OpenAPI document, as users do, checks its types strictly, and uses it.
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** A user's program; `api.d.ts` is generated. */
const PROGRAM = `
import createClient from 'openapi-fetch';
import type { components, paths } from './api.d.ts';

type Plan = components['schemas']['JobRequest']['plan'];

export function createUser(fetch: (request: Request) => Promise<Response>, source: string) {
  const client = createClient<paths>({ baseUrl: 'https://tessera.example', fetch });
  return {
    async picture(plan: string): Promise<Blob | components['schemas']['Problem']> {
      const params = { path: { plan, source } };
      const { data, error } = await client.GET('/t/{plan}/{source}', { params, parseAs: 'blob' });
      return data ?? error;
    },
    async upload(plan: string, picture: Blob): Promise<string | null> {
      const { response } = await client.POST('/t/{plan}', {
        params: { path: { plan } },
        body: picture as unknown as string,
        bodySerializer: (body) => body,
        parseAs: 'blob',
      });
      return response.headers.get('content-type');
    },
    async names(): Promise<string[]> {
      const { data } = await client.GET('/v1/effects');
      return data ? data.effects.map(({ name, segment }) => segment + ' ' + name) : [];
    },
    async submit(plan: Plan): Promise<components['schemas']['Job'] | undefined> {
      const { data } = await client.POST('/v1/jobs', { body: { plan, source } });
      return data;
    },
    async state(id: string): Promise<string> {
      const { data, error } = await client.GET('/v1/jobs/{id}', { params: { path: { id } } });
      return data ? data.state : error.code;
    },
    async result(id: string): Promise<Blob | undefined> {
      const params = { path: { id } };
      const { data } = await client.GET('/v1/jobs/{id}/result', { params, parseAs: 'blob' });
      return data;
    },
    async cancel(id: string, token: string): Promise<string | undefined> {
      const headers = { Authorization: 'Bearer ' + token };
      const { data } = await client.DELETE('/v1/jobs/{id}', { params: { path: { id } }, headers });
      return data?.state;
    },
  };
}

const never = (user: ReturnType<typeof createUser>): void => {
  // @ts-expect-error there is no such parameter
  void user.submit([{ pixelate: { blok: 8 } }]);
  // @ts-expect-error there is no such fit
  void user.submit([{ fit: 'stretch' }]);
  // @ts-expect-error a number
  void user.submit([{ w: '64' }]);
};
void never;
`;

const CONFIG = {
  extends: '../../../tsconfig.base.json',
  compilerOptions: { lib: ['ES2023', 'DOM'], types: [], skipLibCheck: false, incremental: false },
  files: ['program.ts'],
};

type User = {
  picture: (plan: string) => Promise<Blob & Record<string, unknown>>;
  upload: (plan: string, picture: Blob) => Promise<string>;
  names: () => Promise<string[]>;
  submit: (plan: unknown) => Promise<{ id: string; state: string; token: string }>;
  state: (id: string) => Promise<string>;
  result: (id: string) => Promise<Blob>;
  cancel: (id: string, token: string) => Promise<string>;
};

const service = await createJobTestService(await loadCodecs());
let folder: string;

function run(args: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: root });
  return status === 0 ? '' : `${stdout}${stderr}`;
}

async function userOf(source: string): Promise<User> {
  const { createUser } = await import(join(folder, 'program.ts'));
  const ask = async (request: Request): Promise<Response> => {
    const { method, headers } = request;
    const { pathname, search } = new URL(request.url);
    const body = method === 'POST' ? { body: await request.arrayBuffer() } : {};
    return service.ask(`${pathname}${search}`, { method, headers, ...body });
  };
  return createUser(ask, source);
}

beforeAll(async () => {
  await mkdir(join(root, '.cache/openapi'), { recursive: true });
  folder = await mkdtemp(join(root, '.cache/openapi/client-'));
  const document = join(folder, 'openapi.json');
  await writeFile(document, await (await service.ask('/openapi.json')).text());
  await writeFile(join(folder, 'program.ts'), PROGRAM);
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIG));
  const generator = 'node_modules/openapi-typescript/bin/cli.js';
  const output = join(folder, 'api.d.ts');
  const hook = `${root}test/helpers/typescript-with-api.ts`;
  expect(run(['--import', hook, generator, document, '-o', output])).toBe('');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a client that is generated from the OpenAPI document', () => {
  it('has strict types, which refuse what the service refuses', () => {
    expect(run(['node_modules/typescript/bin/tsc', '-p', folder])).toBe('');
  });

  it('transforms pictures, with a plan that it encodes as a whole', async () => {
    const { picture, upload } = await userOf(`${PICTURES}content.png`);
    const webp = await picture('w=8,f=webp/pixelate,block=2');
    expect([webp.type, webp.size > 20]).toEqual(['image/webp', true]);
    expect(await picture('w=8/paint')).toMatchObject({ code: 'unknown_effect', status: 400 });
    const file = new Blob([service.content as Uint8Array<ArrayBuffer>], { type: 'image/png' });
    expect(await upload('w=8/f=png', file)).toBe('image/png');
  });

  it('reads the catalogue', async () => {
    const names = await (await userOf('asset:a')).names();
    expect(names).toEqual(expect.arrayContaining(['step pixelate', 'options resize']));
  });

  it('follows a job from its submit to its result, and cancels one', async () => {
    const user = await userOf(`${PICTURES}content.png`);
    const { id, state } = await user.submit([{ w: 8 }, { pixelate: { block: 2 } }, { f: 'png' }]);
    expect([state, await user.state(id)]).toEqual(['queued', 'queued']);
    service.engine.succeed(id, service.style);
    expect(await user.state(id)).toBe('succeeded');
    expect((await user.result(id)).size).toBe(service.style.length);
    const other = await user.submit('w=9/f=png');
    expect(await user.cancel(other.id, other.token)).toBe('canceled');
    expect(await user.state('a'.repeat(52))).toBe('job_missing');
  });
});
