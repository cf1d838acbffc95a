// The list of sample pictures.
import { bust } from './bust.ts';
import { chess } from './chess.ts';
import { drawing } from './drawing.ts';
import { landscape } from './landscape.ts';
import { painting } from './painting.ts';
import type { Scene } from './scene.ts';
import { sticker } from './sticker.ts';
import { zoneplate } from './zoneplate.ts';

export const scenes: readonly Scene[] = [
  chess,
  bust,
  landscape,
  sticker,
  zoneplate,
  drawing,
  painting,
];

/** The scene of that name; throws `RangeError` with the known names otherwise. */
export function sceneNamed(name: string): Scene {
  const scene = scenes.find((candidate) => candidate.name === name);
  if (scene) return scene;
  const known = scenes.map((candidate) => candidate.name).join(', ');
  throw new RangeError(`sample: expected one of ${known}, got "${name}"`);
}
