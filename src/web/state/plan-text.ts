// Writes what was composed as the path of a transform URL, and reads such a path.
import { escapeValue } from '../../url-text.ts';
import type { Catalogue } from '../catalogue.ts';
import { isFile, newStep, type Params, type Step, type Work } from './work.ts';

/** Mark of a switched-off step; only in the address of the page. */
const OFF = '!';

const SOURCE = /^(?:https?(?::|%3A)|asset:|r2:|b64:|file:)/i;

/** Segments of the plan. `all` also writes switched-off steps, as the address of the page has them. */
export function planText(work: Work, catalogue: Catalogue, { all = false } = {}): string {
  const segments: { text: string; order: number; off: boolean }[] = [];
  const output = { id: 0, effect: 'output', params: work.output };
  for (const step of [...work.steps, output]) {
    const entry = catalogue.entry(step.effect);
    const off = 'off' in step && step.off === true;
    if (!entry || (off && !all)) continue;
    const isOptions = entry.segment === 'options';
    const text = pairs(step.params, entry.inputs);
    if (isOptions && text === '') continue;
    const order = isOptions ? orderOf(step.effect, catalogue) : -1;
    const last = segments.at(-1);
    // Options of one segment work in the order of the catalogue, so only steps in that order may share a segment.
    if (last && isOptions && last.order >= 0 && last.order < order && last.off === off) {
      Object.assign(last, { text: `${last.text},${text}`, order });
    } else {
      const whole = isOptions ? text : [step.effect, text].filter((part) => part).join(',');
      segments.push({ text: whole, order, off });
    }
  }
  return segments.map(({ text, off }) => `${off ? OFF : ''}${text}`).join('/');
}

const orderOf = (effect: string, { entries }: Catalogue): number => {
  const index = entries.findIndex(({ name }) => name === effect);
  return index < 0 ? entries.length : index;
};

/** `key=value` pairs. Pictures of this device are parts of the upload, so the plan leaves them out. */
const pairs = (params: Params, inputs: readonly string[]): string =>
  Object.entries(params)
    .filter(([name, value]) => !(inputs.includes(name) && isFile(value)))
    .map(([name, value]) => `${name}=${escapeValue(value)}`)
    .join(',');

/** The path of the transform URL after `/t/`; pictures of this device are written as `source`. */
export function pathText(work: Work, catalogue: Catalogue): string {
  const plan = planText(work, catalogue);
  return [plan, work.source].filter((part) => part).join('/');
}

/** The text of the address of the page, which also has switched-off steps and the names of local files. */
export function addressText(work: Work, catalogue: Catalogue): string {
  const named = work.steps.map((step) => ({ ...step, params: namedFiles(step.params) }));
  const plan = planText({ ...work, steps: named }, catalogue, { all: true });
  return [plan, escapeFile(work.source)].filter((part) => part).join('/');
}

// A local file in a parameter would be left out of the plan, so it is marked by another prefix in the address.
const LOCAL = 'local:';
const namedFiles = (params: Params): Params =>
  Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      isFile(value) ? `${LOCAL}${value.slice('file:'.length)}` : value,
    ]),
  );
const fileOf = (value: string): string =>
  value.startsWith(LOCAL) ? `file:${value.slice(LOCAL.length)}` : value;
const escapeFile = (source: string): string => (isFile(source) ? escapeValue(source) : source);

/**
 * Reads the path of a transform URL, without `/t/` and signature. Steps that the catalogue lacks are listed in `unknown` and left out.
 */
export function readPath(
  text: string,
  catalogue: Catalogue,
): { work: Work; unknown: readonly string[] } {
  const segments = text.replace(/^\/?(?:t\/)?(?:s:[^/]*\/)?/, '').split('/');
  const found = segments.findIndex((segment) => SOURCE.test(segment));
  const end = found < 0 ? segments.length : found;
  const unknown: string[] = [];
  const steps: Step[] = [];
  let output: Params = {};
  for (const whole of segments.slice(0, end).filter((segment) => segment !== '')) {
    const off = whole.startsWith(OFF);
    const [first = '', ...rest] = (off ? whole.slice(OFF.length) : whole).split(',');
    const entry = first.includes('=') ? undefined : catalogue.entry(first);
    if (entry?.segment === 'step') {
      const params = Object.fromEntries(
        rest.map((pair) => {
          const [key, value] = keyAndValue(pair);
          return [entry.aliases[key] ?? key, value];
        }),
      );
      steps.push({ ...newStep(first, params), ...(off && { off }) });
    } else if (!first.includes('=')) {
      unknown.push(first);
    } else {
      const read = readOptions([first, ...rest], catalogue, unknown);
      steps.push(...read.steps.map((step) => ({ ...step, ...(off && { off }) })));
      output = { ...output, ...read.output };
    }
  }
  const source = segments.slice(end).join('/');
  const isLocal = /^file(?::|%3A)/i.test(source);
  return { work: { source: isLocal ? decoded(source) : source, steps, output }, unknown };
}

/** The steps of an option segment, in the order in which they work. */
function readOptions(
  texts: readonly string[],
  catalogue: Catalogue,
  unknown: string[],
): { steps: Step[]; output: Params } {
  const byEffect = new Map<string, Record<string, string>>();
  for (const text of texts) {
    const [key, value] = keyAndValue(text);
    const option = catalogue.option(key);
    if (!option) {
      unknown.push(key);
      continue;
    }
    const params = byEffect.get(option.entry.name) ?? {};
    params[option.param] = value;
    byEffect.set(option.entry.name, params);
  }
  const { output = {}, ...others } = Object.fromEntries(byEffect);
  const steps = catalogue.entries.flatMap(({ name }) =>
    others[name] ? [newStep(name, others[name])] : [],
  );
  return { steps, output };
}

function keyAndValue(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), fileOf(decoded(text.slice(at + 1)))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
