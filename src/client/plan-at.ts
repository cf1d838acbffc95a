// Changes the size and the output of a plan's text, whatever its other steps are.

type Pairs = Map<string, string>;
type Segment = string | Pairs;

/** Other spellings of the options that are changed here. */
const NAMES: Readonly<Record<string, string>> = {
  width: 'w',
  height: 'h',
  g: 'gravity',
  format: 'f',
  quality: 'q',
};

/** Options of the answer; all others belong to the size. */
const OUTPUTS = ['f', 'q'];

/** Options that make a segment the one that sets the size. */
const SIZES = ['w', 'h', 'fit'];

/** Fits whose result has exactly the asked size. */
const EXACT = ['cover', 'pad', 'squeeze'];

/**
 * The plan with the options of one segment in place of its own. Those of the size go into the first segment that has one (`w`, `h` or
 * `fit`), or into a new segment before all others; a new width ends a `dpr` and scales a height along. Options of the answer go to the
 * end.
 */
export function planAt(plan: string, changes: string): string {
  if (changes === '') return plan;
  const segments = readPlan(plan);
  const given = readPairs(changes);
  let size = sized(segments);
  const [width, height] = sidesOf(size);
  for (const [name, value] of given) {
    if (OUTPUTS.includes(name)) {
      for (const segment of segments) if (isPairs(segment)) segment.delete(name);
      const last = segments.at(-1);
      if (isPairs(last)) last.set(name, value);
      else segments.push(new Map([[name, value]]));
      continue;
    }
    if (!size) {
      size = new Map();
      segments.unshift(size);
    }
    if (name === 'w') {
      size.delete('dpr');
      const scaled = Math.max(1, Math.round((height * Number(value)) / width));
      if (width > 0 && height > 0 && !given.has('h')) size.set('h', String(scaled));
    }
    size.set(name, value);
  }
  return segments.map(write).filter(Boolean).join('/');
}

/** The size of the result, if the plan sets both sides and a fit that never changes them. */
export function exactSize(plan: string): { width: number; height: number } | undefined {
  const pairs = sized(readPlan(plan));
  const [width, height] = sidesOf(pairs);
  const exact = EXACT.includes(pairs?.get('fit') ?? '') && width > 0 && height > 0;
  return exact ? { width, height } : undefined;
}

/** Whether one of the plan's segments of options has this one. */
export const hasOption = (plan: string, name: string): boolean =>
  readPlan(plan).some((segment) => isPairs(segment) && segment.has(name));

const isPairs = (segment: Segment | undefined): segment is Pairs => segment instanceof Map;

const sized = (segments: readonly Segment[]): Pairs | undefined =>
  segments.filter(isPairs).find((pairs) => SIZES.some((name) => pairs.has(name)));

const sidesOf = (pairs: Pairs | undefined): [number, number] => [
  Number(pairs?.get('w')),
  Number(pairs?.get('h')),
];

/** A step stays text. */
const readPlan = (plan: string): Segment[] =>
  plan
    .split('/')
    .filter(Boolean)
    .map((text) => (/^[^,]*=/.test(text) ? readPairs(text) : text));

const readPairs = (segment: string): Pairs =>
  new Map(
    // A comma inside parentheses belongs to a colour.
    segment.split(/,(?![^(]*\))/).map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [NAMES[name] ?? name, value.join('=')];
    }),
  );

const write = (segment: Segment): string =>
  isPairs(segment) ? Array.from(segment, (pair) => pair.join('=')).join() : segment;
