// Large pictures of a device get a resizing step, so that trying out effects is quick.
import type { Catalogue } from './catalogue.ts';
import { newStep, type Work } from './state/work.ts';

/** Longer side from which pictures are resized, and to which, in pixels. */
const LARGE = 1400;
const TO = 1024;

/** A change that puts a resizing step before all others if the picture is large and the work has none yet. */
export async function shrinking(
  file: Blob,
  { steps }: Work,
  catalogue: Catalogue,
): Promise<(work: Work) => Work> {
  const same = (work: Work): Work => work;
  const option = catalogue.option('w');
  if (!option || steps.some(({ effect }) => effect === option.entry.name)) return same;
  // A picture that the browser cannot read, such as HEIC, is left to the service.
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  if (!bitmap) return same;
  const { width, height } = bitmap;
  bitmap.close();
  if (Math.max(width, height) <= LARGE) return same;
  const params = width >= height ? { w: String(TO) } : { h: String(TO) };
  const step = newStep(option.entry.name, params);
  return (work) => ({ ...work, steps: [step, ...work.steps] });
}
