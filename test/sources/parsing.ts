// Helpers for tests that parse sources.
import { AppError } from '../../src/errors.ts';
import {
  formatSource,
  parseSource,
  type Source,
  type SourceOptions,
} from '../../src/sources/source.ts';

export const b64 = (text: string) => Buffer.from(text).toString('base64url');
export const parse = (text: string, options: SourceOptions & { query?: string } = {}) =>
  parseSource(text, { query: '', ...options });
export const href = (source: Source) =>
  source.kind === 'url' ? source.url.href : formatSource(source).replace(':', ' ');

export function refusal(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
