// Reads and checks the head of a job, which arrives over the network.
import * as z from 'zod';
import { AppError } from '../errors.ts';
import type { JobHead } from './protocol.ts';

/** Longest head, in bytes; a plan in a URL is shorter than 16 KiB. */
export const MAX_HEAD_BYTES = 2 ** 18;

// Upper bounds here only keep numbers and texts sane; each backend has limits of its own (`GPU_MAX_…`).
const bytes = z
  .int()
  .min(0)
  .max(2 ** 40);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const schema = z.strictObject({
  id: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/),
  run: z.int().min(1),
  attempt: z.int().min(1),
  plan: z.string().max(2 ** 16),
  accept: z
    .string()
    .max(2 ** 13)
    .nullable(),
  inputs: z
    .array(z.strictObject({ name: z.string().max(2 ** 13), bytes, sha256 }))
    .min(1)
    .max(32),
  checkpoint: z.strictObject({ step: z.int().min(0), bytes, sha256 }).optional(),
  apart: z.literal(true).optional(),
});

/** The blobs of a job, in the order in which they follow its head. */
export const blobsOf = ({
  inputs,
  checkpoint,
}: JobHead): readonly { bytes: number; sha256: string }[] => [
  ...inputs,
  ...(checkpoint ? [checkpoint] : []),
];

/** Bytes of these blobs. */
export const blobBytes = (head: JobHead): number =>
  blobsOf(head).reduce((sum, { bytes: one }) => sum + one, 0);

/** Parses and checks a head. Throws `bad_body`. */
export function readJobHead(text: string): JobHead {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('bad_body', 'head: expected JSON', { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data as JobHead;
  const [issue] = result.error.issues;
  throw new AppError('bad_body', `head.${issue?.path.join('..')}: ${issue?.message}`);
}
