// The JSON Schema of plans: it accepts what the service accepts, as far as a schema can say it.
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import type { ParamSchemas } from '../../../src/effects/effect.ts';
import { effects } from '../../../src/effects/index.ts';
import { AppError } from '../../../src/errors.ts';
import { planSchemaDocument } from '../../../src/http/catalogue/plan-schema.ts';
import { type PlanRules, planRules } from '../../../src/http/catalogue/presets.ts';
import { readPlanText } from '../../../src/http/transform/url.ts';
import { outputParams } from '../../../src/plan/plan.ts';
import { planText } from '../../../src/plan/plan-json.ts';
import { type ParamSchema, schemasOf } from '../../../src/plan/schema.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { PICTURES } from '../../helpers/services/in-memory-service.ts';
import { createJobTestService } from '../../helpers/services/job-service.ts';

const ID = 'https://tessera.example/v1/plan.schema.json';
const PRESETS = JSON.stringify({ small: 'w=64' });
const rules = planRules(readConfig({ PRESETS }), effects);

const validatorOf = (of: PlanRules) =>
  new Ajv2020({ strict: true, strictTypes: false, strictRequired: false }).compile(
    planSchemaDocument(of, ID),
  );
const validate = validatorOf(rules);
const accepts = (plan: unknown): boolean => validate({ plan, source: 'asset:chess.jpg' });

/** The service's error for a plan, if it refuses it. */
function refusal(plan: readonly unknown[]): AppError | undefined {
  try {
    readPlanText(planText(plan, effects), rules);
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const steps = effects.filter(({ segment }) => segment === 'step');
const options = effects.filter(({ segment }) => segment === 'options');
const optionParams = Object.assign({}, ...options.map(({ params }) => params), outputParams);

/** Values of all kinds, many of them near those that some parameter takes. */
const value = fc.oneof(
  fc.constantFrom(
    ...['auto', 'none', 'cover', 'png', 'fff~000', 'asset:bust.jpg', 'wave', '0.5~0.5', '', 'red'],
    ...['1~2', 'relu1_1', '10~20~10~20', 'top', 'asset:a~asset:b'],
  ),
  fc.integer({ min: -1, max: 300 }),
  fc.double({ min: -1, max: 3, noNaN: true }),
  fc.boolean(),
  fc.constantFrom(null, [], {}, [1]),
);

/** Numbers at and around the ends of a parameter's range. */
const endsOf = ({ minimum, maximum, anyOf }: ParamSchema): number[] =>
  anyOf?.flatMap(endsOf) ??
  [minimum, maximum].flatMap((end) =>
    end === undefined ? [] : [end - 1, end, end + 0.5, end + 1],
  );

/** Every parameter, with a plan that gives it a value, and else only what its step requires. */
const parameters = [
  ...Object.keys(optionParams).map((param) => ({
    owner: 'the options',
    param,
    params: optionParams as ParamSchemas,
    plan: (given: unknown) => [{ [param]: given }],
  })),
  ...steps.flatMap(({ name, params, further }) =>
    Object.keys(params).map((param) => ({
      owner: name,
      param,
      params,
      plan: (given: unknown) => [
        {
          [name]: {
            ...Object.fromEntries(further.params.map((one) => [one, 'asset:a'])),
            [param]: given,
          },
        },
      ],
    })),
  ),
];

const paramsOf = (names: readonly string[]) =>
  fc.dictionary(fc.constantFrom(...names, 'other'), value, { maxKeys: 2 });

const segment = fc.oneof(
  fc.constantFrom(...steps).chain(({ name, params }) =>
    paramsOf(Object.keys(params)).map((given) => ({
      [name]: { ...(params.far && { far: 'asset:bust.jpg' }), ...given },
    })),
  ),
  paramsOf([...Object.keys(optionParams), 'p', 'edges']),
);

describe('the schema of plans', () => {
  it('accepts what the service accepts', () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 3 }), (plan) => {
        if (!refusal(plan))
          expect([plan, accepts(plan), validate.errors]).toEqual([plan, true, null]);
      }),
      { numRuns: 150 },
    );
  });

  it.each(parameters)('accepts and refuses the same values of $owner $param', (parameter) => {
    const { param, params, plan } = parameter;
    const schema = schemasOf(params)[param]!;
    fc.assert(
      fc.property(fc.oneof(value, ...endsOf(schema).map((end) => fc.constant(end))), (given) => {
        const fits = given !== '' && params[param]!.safeParse(given).success;
        // Whether a text is a colour is more than a schema can say.
        if (!fits && typeof given === 'string' && /colour/.test(schema.format ?? '')) return;
        expect([given, accepts(plan(given))]).toEqual([given, fits]);
      }),
      { numRuns: 40 },
    );
  });

  it.each<[unknown, string]>([
    [[{ w: 0 }], 'must be >= 1'],
    [[{ fit: 'stretch' }], 'must be equal to one of the allowed values'],
    [[{ pixelate: { blok: 8 } }], 'must NOT have additional properties'],
    [[{ hybrid: {} }], "must have required property 'far'"],
    [[{ hybrid: { far: 'asset:a.jpg', kernel: 4 } }], 'must NOT be valid'],
    [[{ edges: {}, w: 8 }], 'must NOT have more than 1 properties'],
    [[{ p: 'large' }], 'must be equal to one of the allowed values'],
    [[{}], 'must NOT have fewer than 1 properties'],
  ])('refuses %j as the service does, and says why', (plan, why) => {
    expect(refusal(plan as unknown[])).toBeInstanceOf(AppError);
    expect(accepts(plan)).toBe(false);
    expect(validate.errors?.map(({ message }) => message)).toContain(why);
  });

  it('has only defaults and examples that it accepts, and names and describes everything', () => {
    const { examples, properties } = planSchemaDocument(rules, ID);
    expect(examples.length).toBe(2);
    for (const example of examples)
      expect([validate(example), validate.errors]).toEqual([true, null]);
    const { items } = properties.plan.anyOf[1]! as unknown as { items: { properties: Described } };
    for (const [name, schema] of Object.entries(items.properties)) {
      expect([name, schema.title, schema.description]).not.toContain(undefined);
      const given = Object.entries(schema.properties ?? { [name]: schema });
      for (const [param, { default: usual, description }] of given) {
        expect(`${name}.${param} ${description}`.length).toBeGreaterThan(name.length + 10);
        if (usual === undefined) continue;
        const far = 'far' in (schema.properties ?? {}) ? { far: 'asset:a' } : {};
        const style = name === 'style' ? { style: 'wave' } : {};
        const plan = schema.properties
          ? [{ [name]: { ...far, ...style, [param]: usual } }]
          : [{ [param]: usual }];
        expect([name, param, accepts(plan)]).toEqual([name, param, true]);
      }
    }
  });

  it('has the effects and presets that the service offers', () => {
    const few = validatorOf(planRules(readConfig({ ALLOWED_EFFECTS: 'edges,resize' }), effects));
    const source = 'asset:a.jpg';
    expect(few({ plan: [{ edges: {} }, { w: 8, f: 'png' }], source })).toBe(true);
    expect(few({ plan: [{ pixelate: {} }], source })).toBe(false);
    expect(few({ plan: [{ p: 'small' }], source })).toBe(false);
    expect(accepts([{ p: 'small' }])).toBe(true);
  });
});

type Described = Record<
  string,
  { title?: string; description?: string; default?: unknown; properties?: Described }
>;

describe('a file with a plan', () => {
  const documents = ['docs/jobs.md', 'docs/urls.md', 'README.md'];
  const shown = documents.flatMap((path) =>
    [
      ...readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8').matchAll(
        /-d '(\{.*?\})'|```json\n(\{.*?\n\})\n```/gs,
      ),
    ].map(([, inline, block]) => JSON.parse((inline ?? block) as string) as { plan: unknown }),
  );

  it('in the documents is valid', () => {
    expect(shown.length).toBeGreaterThan(1);
    for (const file of shown)
      expect([file, validate(file), validate.errors]).toEqual([file, true, null]);
  });

  it('is a job, the same as that of the URL', async () => {
    const service = await createJobTestService(await loadCodecs());
    const submit = async (plan: unknown): Promise<Record<string, string>> => {
      const body = JSON.stringify({ $schema: ID, plan, source: `${PICTURES}content.png` });
      const headers = { 'Content-Type': 'application/json' };
      const answer = await service.ask('/v1/jobs', { method: 'POST', body, headers });
      return (await answer.json()) as Record<string, string>;
    };
    const { id } = await submit([{ w: 8 }, { pixelate: { block: 2 } }]);
    expect(id).toMatch(/^[a-z2-7]{52}$/);
    expect((await submit('w=8/pixelate,block=2')).id).toBe(id);
    expect(await submit([{ pixelate: { block: 0 } }])).toMatchObject({
      code: 'bad_option',
      param: 'block',
      detail: 'block: expected auto or an integer from 1 to 256, got 0',
    });
  });

  it('finds the schema at the service', async () => {
    const service = await createJobTestService(await loadCodecs());
    const answer = await service.ask('/v1/plan.schema.json');
    expect(answer.headers.get('content-type')).toBe('application/schema+json');
    expect(await answer.json()).toEqual(
      JSON.parse(JSON.stringify(planSchemaDocument(planRules(readConfig({}), effects), ID))),
    );
  });
});
