import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { effects } from '../../../src/effects/index.ts';
import { openApi } from '../../../src/http/catalogue/openapi.ts';
import { routes } from '../../../src/http/routes.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';

type Schema = { properties: Record<string, Schema>; required?: string[] };

const document = JSON.parse(
  JSON.stringify(openApi({ open: effects, presets: new Map() }, routes)),
) as {
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

/** The values of a member of this name, wherever it is in the document. */
const membersOf = (value: unknown, name: string): unknown[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === name ? [inner] : []),
    ...membersOf(inner, name),
  ]);
};

/** Checks values by a schema of the document. */
function validatorFor(name: string) {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'document');
  return ajv.getSchema(`document#/components/schemas/${name}`)!;
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect([valid, errors]).toEqual([true, undefined]);
  });

  it('has only examples and defaults that are valid by their schemas', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'document');
    let checked = 0;
    const check = (schema: unknown): void => {
      if (typeof schema !== 'object' || schema === null) return;
      const {
        default: usual,
        examples,
        example,
        schema: inner,
      } = schema as Record<string, unknown>;
      const own = inner ?? schema;
      const values = [usual, example, ...(Array.isArray(examples) ? examples : [])];
      for (const value of values.filter((one) => one !== undefined)) {
        checked++;
        const valid = ajv.validate({ $id: `at${checked}`, ...(own as object) }, value);
        expect([value, valid, ajv.errors]).toEqual([value, true, null]);
      }
      for (const [key, member] of Object.entries(schema)) {
        if (key === 'properties') Object.values(member as object).forEach(check);
        else if (!['default', 'examples', 'example'].includes(key)) check(member);
      }
    };
    check(document.components.schemas);
    check(document.paths);
    expect(checked).toBeGreaterThan(50);
  });

  it('describes what the service answers', async () => {
    const service = await createJobTestService(await loadCodecs());
    const jsonOf = async (path: string): Promise<unknown> => (await service.ask(path)).json();
    const answers: [string, unknown][] = [
      ['Catalogue', await jsonOf('/v1/effects')],
      ['Numbers', await jsonOf(`/t/w=8/f=json/${PICTURES}content.png`)],
      ['Problem', await jsonOf('/t/w=0/asset:a.png')],
      ['Problem', await jsonOf('/nowhere')],
    ];
    for (const [name, answer] of answers) {
      const validate = validatorFor(name);
      expect([name, validate(answer), validate.errors]).toEqual([name, true, null]);
    }
    const names = membersOf(document.paths, 'operationId');
    for (const name of names) expect(name).toMatch(/^[a-z][A-Za-z]+$/);
  });

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
    const validate = validatorFor('Job');
    for (const one of [submitted, ended])
      expect([validate(one), validate.errors]).toEqual([true, null]);
  });
});
