// Reads the plan of the command line, with its further pictures and the format that the output says.
import { existsSync } from 'node:fs';
import type { Codecs } from '../codecs/codec.ts';
import { outputFormats } from '../codecs/formats.ts';
import { readConfig } from '../config.ts';
import { effects } from '../effects/index.ts';
import { formatPlan, parsePlan } from '../plan/grammar.ts';
import { furtherImages, isGpuOnly, type Output, type Plan } from '../plan/plan.ts';
import { outputChoice } from '../render/output-format.ts';
import { wrongUsage } from './failure.ts';
import { samplePath } from './inputs/inputs.ts';

/** A plan as renderer processes get it. */
export type RenderPlan = {
  /** Canonical text. */
  text: string;
  f: Output['f'];
  /** Files of the further pictures by their texts in the plan. */
  further: readonly { text: string; file: string }[];
  /** Whether a step needs an engine. */
  usesEngine: boolean;
};

const FILE = 'file:';

/**
 * Reads a plan as it stands in a URL. `files` has the files of further pictures by parameter; a plan without a format gets `f`.
 * Throws what `parsePlan` throws, and `bad_option` for further pictures that are missing or not used.
 */
export async function readPlan(
  text: string,
  { files, f }: { files: ReadonlyMap<string, readonly string[]>; f: Output['f'] | undefined },
): Promise<RenderPlan> {
  const byText = new Map<string, string>();
  const uploads = new Map<string, string>();
  for (const [param, paths] of files) {
    // The number keeps the same file apart in two places.
    const names = paths.map((path, i) => {
      const name = `${FILE}${param}${i}`;
      byText.set(name, path);
      return name;
    });
    uploads.set(param, names.join('~'));
  }
  const segments = text.split('/').filter((segment) => segment !== '');
  const plan = withFormat(parsePlan(segments, effects, uploads), f);
  const further: { text: string; file: string }[] = [];
  for (const [source, param] of furtherImages(plan)) {
    further.push({ text: source, file: await fileOf(source, param, byText) });
  }
  const unused = [...uploads.keys()].find(
    (param) => !further.some(({ text: source }) => source.startsWith(`${FILE}${param}`)),
  );
  if (unused !== undefined) {
    throw wrongUsage(
      `--input ${unused}: expected a step that takes it and does not name a picture itself`,
    );
  }
  checkOutput(plan);
  return {
    text: formatPlan(plan),
    f: plan.output.f,
    further,
    usesEngine: plan.steps.some(isGpuOnly),
  };
}

async function fileOf(
  source: string,
  param: string,
  files: ReadonlyMap<string, string>,
): Promise<string> {
  const file = files.get(source);
  if (file !== undefined) {
    if (existsSync(file)) return file;
    throw wrongUsage(`--input ${param}: expected a file, got ${JSON.stringify(file)}`);
  }
  if (source.startsWith('asset:')) return samplePath(source);
  throw wrongUsage(
    `${param}: expected asset:<name>, or a file by --input ${param}=<file>, got ${JSON.stringify(source)}`,
  );
}

const withFormat = (plan: Plan, f: Output['f'] | undefined): Plan =>
  f === undefined || plan.output.f !== 'auto' || plan.output.compression
    ? plan
    : parsePlan(formatPlan({ ...plan, output: { ...plan.output, f } }).split('/'), effects);

/** Throws for outputs that no picture can have, such as `lossless` as JPEG. */
function checkOutput(plan: Plan): void {
  const names: Codecs = Object.fromEntries(outputFormats.map((name) => [name, {}]));
  const { EDGE_BUDGET_MS: edgeBudgetMs } = readConfig({});
  outputChoice(plan, null, { codecs: names, limits: { edgeBudgetMs } });
}
