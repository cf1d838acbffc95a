// The problem documents of the OpenAPI document.
import { type ErrorCode, errorCodes, statusOfCode } from '../../errors.ts';
import { titles } from '../problem.ts';

const text = { type: 'string' };

/** Schema of RFC 9457 problem documents. */
export const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem document.',
  required: ['type', 'title', 'status', 'code', 'detail'],
  additionalProperties: false,
  properties: {
    type: {
      type: 'string',
      format: 'uri-reference',
      description: 'Where this document describes the code.',
    },
    title: text,
    status: { type: 'integer', minimum: 400, maximum: 599 },
    code: { type: 'string', enum: [...errorCodes] },
    detail: { ...text, description: 'What was expected, and what came.' },
    param: { ...text, description: 'The parameter at fault, where there is one.' },
  },
  examples: [
    {
      type: '/openapi.json#/components/responses/bad_option',
      title: titles.bad_option,
      status: statusOfCode.bad_option,
      code: 'bad_option',
      detail: 'block: expected an integer from 1 to 256, got "300"',
      param: 'block',
    },
  ],
};

export const problemContent = {
  'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
};

export const titleOf = (code: ErrorCode): string => titles[code];

/** Responses by their status for an operation that may fail with these codes. */
export function failuresOf(codes: readonly ErrorCode[]): Readonly<Record<string, object>> {
  const statuses = [...new Set(codes.map((code) => statusOfCode[code]))].sort();
  return Object.fromEntries(
    statuses.map((status) => {
      const own = codes.filter((code) => statusOfCode[code] === status);
      return [
        String(status),
        {
          description: own.join(', '),
          headers: { 'X-Error': { schema: { type: 'string', enum: own } } },
          content: problemContent,
        },
      ];
    }),
  );
}
