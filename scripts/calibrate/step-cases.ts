// Calibration cases of steps, from the declarations of the effects.
import type { Effect } from '../../src/effects/effect.ts';
import type { CalibrationCase } from '../../src/effects/trials.ts';
import type { Size } from '../../src/image.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';
import type { StageCase } from './cases.ts';
import type { FileSpec, Sample } from './files.ts';

const usualSizes: readonly Size[] = [
  { width: 64, height: 64 },
  { width: 256, height: 192 },
  { width: 512, height: 512 },
  { width: 1024, height: 768 },
];

/** The steps of every effect at each of its sizes. */
export const stepCases = (effects: readonly Effect[]): StageCase[] =>
  effects.flatMap((effect) =>
    casesOf(effect, effects).flatMap(({ options, sizes = usualSizes, source, lighter }) =>
      options.flatMap((one) =>
        sizes.map((size) => ({
          ...stepCase(effect, one, size, source),
          ...(lighter && { lighter }),
        })),
      ),
    ),
  );

const casesOf = (effect: Effect, effects: readonly Effect[]): readonly CalibrationCase[] =>
  effect.trials.calibration ?? [{ options: ownOptions(effect, effects) }];

/** The options of the effect's own steps in its examples. */
function ownOptions(effect: Effect, effects: readonly Effect[]): string[] {
  const output = parsePlan([], effects).output;
  return effect.examples.map(({ plan }) => {
    const { steps } = parsePlan(plan.split('/'), effects);
    const own = steps.filter((step) => step.effect === effect);
    const [segment = ''] = formatPlan({ steps: own, output }).split('/');
    return effect.segment === 'options' ? segment : segment.slice(effect.name.length + 1);
  });
}

function stepCase(
  { name, segment, further }: Effect,
  options: string,
  size: Size,
  source = 'landscape.jpg',
): StageCase {
  // A case may give a name that a parameter accepts in place of an image.
  const images = further.params
    .filter((param) => !options.split(',').some((pair) => pair.startsWith(`${param}=`)))
    .map((param) => `${param}=asset:far`);
  const head = segment === 'step' ? [name, ...images] : [];
  return {
    stage: 'steps',
    plan: [...head, options].filter((text) => text !== '').join(','),
    file: fileOf(source, size),
    format: 'webp',
    ...(images.length > 0 && { far: fileOf('bust.jpg', size) }),
  };
}

function fileOf(source: string, size: Size): FileSpec {
  const [sample, extension] = source.split('.') as [Sample, string];
  return { ...size, sample, kind: extension === 'png' ? 'png' : 'jpeg' };
}
