// Schemas of the OpenAPI document that several operations use.
import { VERSION } from '../version.ts';

const text = { type: 'string' };
const texts = { type: 'array', items: text };
const count = { type: 'integer', minimum: 0 };

/** The bytes of a file. */
export const file = { type: 'string', format: 'binary' };

/** The answer of `f=json`. */
export const numbersSchema = {
  type: 'object',
  description: 'The answer with `f=json`: numbers about the picture, and what each step reported.',
  required: ['width', 'height', 'source', 'steps'],
  properties: {
    width: count,
    height: count,
    source: {
      type: 'object',
      required: ['format', 'width', 'height', 'orientation', 'frames'],
      properties: {
        format: text,
        width: count,
        height: count,
        orientation: { ...count, description: 'As in EXIF; 1 is upright.' },
        frames: count,
        colours: { enum: ['sRGB', 'converted to sRGB', 'not understood'] },
        decoder: { const: 'outside', description: 'Given if another service decoded it.' },
      },
    },
    cost: {
      type: 'object',
      description: 'At the edge: estimated milliseconds, and how many a request may take.',
      required: ['ms', 'budget'],
      properties: { ms: { type: 'number' }, budget: { type: 'number' } },
    },
    steps: {
      type: 'array',
      items: { type: 'object', required: ['name'], properties: { name: text } },
    },
  },
};

/** The answer of `GET /v1/effects`. */
export const catalogueSchema = {
  type: 'object',
  required: ['effects', 'service'],
  properties: {
    effects: {
      type: 'array',
      items: {
        type: 'object',
        required: [
          'name',
          'summary',
          'segment',
          'parameters',
          'aliases',
          'inputs',
          'example',
          'examples',
          'previews',
          'jobs',
        ],
        properties: {
          name: text,
          summary: text,
          segment: {
            enum: ['options', 'step'],
            description:
              '`options`: a bare list (`w=128`); `step`: by its name (`pixelate,block=8`).',
          },
          parameters: {
            type: 'object',
            description:
              'JSON Schema of the parameters, with `unit` and ranges of sliders in `ui`.',
          },
          aliases: {
            type: 'object',
            additionalProperties: text,
            description: 'Other spellings of parameters, each with the name that it stands for.',
          },
          inputs: { ...texts, description: 'Parameters that name a further image.' },
          example: text,
          examples: texts,
          thumbnail: { ...text, description: 'A small picture of the first example.' },
          previews: {
            type: 'object',
            additionalProperties: text,
            description: 'Small pictures of names that stand for a further image.',
          },
          jobs: {
            type: 'object',
            additionalProperties: texts,
            description: 'By parameter: the values with which the step is always a job.',
          },
        },
      },
    },
    presets: {
      type: 'array',
      items: {
        type: 'object',
        required: ['name', 'plan'],
        properties: { name: text, plan: text },
      },
    },
    service: {
      type: 'object',
      required: ['signed', 'keeps'],
      properties: {
        signed: { type: 'boolean', description: 'Whether URLs need a signature.' },
        keeps: {
          type: 'boolean',
          description: 'Whether `POST /v1/pictures` keeps pictures, as in development.',
        },
      },
    },
  },
};

/** The answer of `GET /health`. */
export const healthSchema = {
  type: 'object',
  required: ['status', 'version', 'pipeline'],
  properties: {
    status: { const: 'ok' },
    version: { ...text, description: 'Version of the release.', examples: [VERSION] },
    pipeline: { ...text, description: 'Version of what it renders.' },
  },
};

/** The answer to a purge. */
export const purgedSchema = {
  type: 'object',
  required: ['purged'],
  properties: {
    purged: {
      type: 'object',
      required: ['source'],
      properties: { source: { ...text, description: 'The source in its one form.' } },
    },
  },
};
