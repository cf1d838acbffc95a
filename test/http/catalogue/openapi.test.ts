import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import { openApi } from '../../../src/http/catalogue/openapi.ts';
import { routes } from '../../../src/http/routes.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';

type Schema = { properties: Record<string, Schema>; required?: string[] };

const document = JSON.parse(JSON.stringify(openApi(effects, routes))) as {
  paths: Record<string, Record<string, { operationId: string }>>;
  components: { schemas: Record<string, Schema> };
};

const refsIn = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === '$ref' ? [inner as string] : refsIn(inner),
  );
};

/** Names of properties, nested ones included, that an object has and its schema does not. */
const unknownIn = (value: Record<string, unknown>, { properties }: Schema): string[] =>
  Object.entries(value).flatMap(([name, inner]) => {
    const schema = properties[name];
    if (!schema) return [name];
    const deeper = schema.properties !== undefined && typeof inner === 'object';
    return deeper ? unknownIn(inner as Record<string, unknown>, schema) : [];
  });

describe('the OpenAPI document', () => {
  it('has no dangling references', () => {
    const refs = new Set(refsIn(document));
    expect(refs.size).toBeGreaterThan(1);
    for (const ref of refs) {
      const path = ref.replace('#/', '').split('/');
      const found = path.reduce<unknown>(
        (at, name) => (at as Record<string, unknown>)[name],
        document,
      );
      expect([ref, typeof found]).toEqual([ref, 'object']);
    }
  });

  it('names every operation once, and each has a route', async () => {
    const service = await createJobTestService(await loadCodecs());
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => ({ path, method, operationId })),
    );
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { path, method } of operations) {
      const asked = path
        .replace('{plan}', 'w=8')
        .replace('{source}', 'asset:none.jpg')
        .replace('{id}', 'a'.repeat(52));
      const { headers } = await service.ask(asked, { method: method.toUpperCase() });
      const code = headers.get('x-error');
      expect([path, ['not_found', 'method_not_allowed'].includes(code ?? '')]).toEqual([
        path,
        false,
      ]);
    }
  });

  it('describes every property of a job', async () => {
    const service = await createJobTestService(await loadCodecs());
    const body = JSON.stringify({ plan: 'w=8', source: `${PICTURES}content.png` });
    const headers = { 'Content-Type': 'application/json' };
    const submit = await service.ask('/v1/jobs', { method: 'POST', body, headers });
    const submitted = (await submit.json()) as Record<string, unknown>;
    const id = submitted.id as string;
    service.engine.preview(id, service.style, 1);
    service.engine.change(id, {
      progress: { step: 1, steps: 2, losses: { style: 1 }, secondsLeft: 3 },
      error: { code: 'internal', message: 'it broke' },
    });
    service.engine.succeed(id, service.style);
    const ended = (await (await service.ask(`/v1/jobs/${id}`)).json()) as Record<string, unknown>;
    const schema = document.components.schemas.Job as Schema;
    // The plan decides which losses there are.
    const shown = { ...ended, progress: { ...(ended.progress as object), losses: 0 } };
    expect(unknownIn({ ...submitted, ...shown }, schema)).toEqual([]);
    for (const name of schema.required ?? []) expect(ended).toHaveProperty(name);
    const optional = ['progress', 'preview', 'result', 'error'];
    expect(Object.keys(ended)).toEqual(expect.arrayContaining(optional));
  });
});
