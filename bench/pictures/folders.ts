// Where the pictures of the benchmarks lie.
import { fileURLToPath } from 'node:url';

const folder = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The project's own sample pictures. */
export const SAMPLES = folder('../../public/samples');

/** Photographs and paintings that are not part of the project; absent on most machines. */
export const SHARED = folder('../../../shared/images');
export const PHOTOGRAPHS = `${SHARED}/photos`;

/** The note of a case that could not be measured, or not on photographs. */
export const NO_PHOTOGRAPHS = 'no photographs beside the checkout (`../shared/images/photos`)';
