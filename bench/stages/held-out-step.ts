// Steps that calibration has not measured, derived from those that it has: other sizes, another picture, other numbers.
import type { StageCase } from '../../scripts/calibrate/cases.ts';
import type { FileSpec, Sample } from '../../scripts/calibrate/files.ts';
import { effects } from '../../src/effects/index.ts';
import { formatPlan, parsePlan } from '../../src/plan/grammar.ts';
import type { Step } from '../../src/plan/plan.ts';
import { type ParamSchema, schemasOf } from '../../src/plan/schema.ts';

/** Edges of held-out pictures, relative to calibration's. Smaller, because the tensors of calibration's largest pictures fill their memory. */
const EDGE_FACTOR = 0.8;

/** Numeric parameters of held-out steps, relative to calibration's. */
const NUMBER_FACTOR = 1.25;

/** Calibration's case with another size, another picture, and every number of its step changed. */
export function heldOutStep(seen: StageCase): StageCase {
  return {
    ...seen,
    plan: withOtherNumbers(seen.plan),
    file: otherFile(seen.file, 'chess'),
    ...(seen.far && { far: otherFile(seen.far, 'painting') }),
  };
}

// PNG samples, which have borders or transparency, stay, because there are few of them.
function otherFile(file: FileSpec, sample: Sample): FileSpec {
  const scaled = (edge: number): number => Math.max(2, Math.round(EDGE_FACTOR * edge));
  return {
    ...file,
    width: scaled(file.width),
    height: scaled(file.height),
    sample: file.kind === 'jpeg' ? sample : file.sample,
  };
}

function withOtherNumbers(segment: string): string {
  const plan = parsePlan([segment], effects);
  const given = new Set(segment.split(',').map((pair) => pair.split('=')[0]));
  const steps = plan.steps.map((step) => withOthers(step, given));
  return formatPlan({ steps, output: plan.output }).split('/').slice(0, -1).join('/');
}

function withOthers({ effect, params }: Step, given: ReadonlySet<string | undefined>): Step {
  const schemas = schemasOf(effect.params);
  const changed = Object.entries(params)
    .filter(([name]) => given.has(name))
    .map(([name, value]) => [
      name,
      typeof value === 'number' ? otherNumber(value, schemas[name]!) : value,
    ]);
  return { effect, params: Object.fromEntries(changed) };
}

function otherNumber(value: number, schema: ParamSchema): number {
  const range = [schema, ...(schema.anyOf ?? [])].find(({ minimum }) => minimum !== undefined);
  if (!range) return value;
  const { type, minimum = 0, maximum = Number.POSITIVE_INFINITY } = range;
  const step = schema.format === 'odd' ? 2 : type === 'integer' ? 1 : 0.01;
  const whole = (n: number): number => Number((Math.round(n / step) * step).toFixed(2));
  const odd = schema.format === 'odd' ? 1 : 0;
  const larger = Math.max(value + step, whole(value * NUMBER_FACTOR - odd) + odd);
  if (larger <= maximum) return larger;
  return Math.max(minimum, whole(value / NUMBER_FACTOR - odd) + odd);
}
