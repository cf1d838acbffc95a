// The tables of the comparison of pixel art: what each method has, and how pixelart differs from the others on the same pictures.
import { distanceTo, unitFactor } from './kid.ts';
import { type Estimate, jackknife, meanAndError } from './paired.ts';

/** Features of a picture's patches by both networks. */
export type Features = Record<'small' | 'squeezenet', Float32Array[]>;

/** What is measured of a method, picture by picture. */
export type Measured = Record<'edges' | 'error' | 'strays', number[]> & { features: Features[] };

/** The method that is compared with all others. */
const OURS = 'pixelart';

type Column = {
  name: string;
  digits: number;
  /** −1 if less is better. */
  better: 1 | -1;
  /** Of a whole set of pictures, and of each of them. */
  whole: (measured: Measured) => Estimate;
  each: (measured: Measured) => number[];
  difference: (ours: Measured, other: Measured) => Estimate;
};

/** Two tables in Markdown. `wanted` are the features of drawn scenes. */
export function tablesOf(measured: ReadonlyMap<string, Measured>, wanted: Features): string {
  const columns = [
    kidColumn('KID, small network', 'small', wanted),
    kidColumn('KID, SqueezeNet', 'squeezenet', wanted),
    meanColumn('edge alignment', 'edges', { digits: 3, better: 1 }),
    meanColumn('palette error ΔE2000', 'error', { digits: 2, better: -1 }),
    meanColumn('stray cells, %', 'strays', { digits: 1, better: -1 }),
  ];
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const methods = [...measured].map(([name, values]) =>
    row([name, ...columns.map(({ whole, digits }) => textOf(whole(values), digits))]),
  );
  const ours = measured.get(OURS)!;
  const others = [...measured].filter(([name]) => name !== OURS);
  const pairs = others.map(([name, other]) =>
    row([`less ${name}`, ...columns.map((column) => pairText(column, ours, other))]),
  );
  const head = (first: string, note: (better: 1 | -1) => string): string[] => [
    row([first, ...columns.map(({ name, better }) => `${name}${note(better)}`)]),
    row(['---', ...columns.map(() => '---')]),
  ];
  return [
    ...head('method', (better) => (better > 0 ? ' (more is better)' : ' (less is better)')),
    ...methods,
    '',
    ...head(`${OURS}, picture by picture`, () => ''),
    ...pairs,
  ].join('\n');
}

const textOf = ({ mean, error }: Estimate, digits: number): string =>
  `${mean.toFixed(digits)} ± ${error.toFixed(digits)}`;

function pairText({ digits, better, each, difference }: Column, ours: Measured, other: Measured) {
  const theirs = each(other);
  const wins = each(ours).filter((value, i) => better * (value - theirs[i]!) > 0).length;
  return `${textOf(difference(ours, other), digits + 1)}; better on ${wins} of ${theirs.length}`;
}

function meanColumn(
  name: string,
  key: 'edges' | 'error' | 'strays',
  { digits, better }: Pick<Column, 'digits' | 'better'>,
): Column {
  return {
    name,
    digits,
    better,
    whole: (measured) => meanAndError(measured[key]),
    each: (measured) => measured[key],
    difference: (ours, other) => meanAndError(ours[key].map((value, i) => value - other[key][i]!)),
  };
}

function kidColumn(name: string, network: keyof Features, wanted: Features): Column {
  const factor = unitFactor(wanted[network]);
  const scaled = (set: readonly Float32Array[]): Float32Array[] =>
    set.map((vector) => vector.map((value) => factor * value));
  const distance = distanceTo(scaled(wanted[network]));
  const picturesOf = ({ features }: Measured) => features.map((found) => scaled(found[network]));
  const together = (pictures: readonly Float32Array[][]): number => distance(pictures.flat());
  return {
    name,
    digits: 3,
    better: -1,
    whole: (measured) => jackknife(picturesOf(measured), together),
    each: (measured) => picturesOf(measured).map(distance),
    difference(ours, other) {
      const theirs = picturesOf(other);
      const pairs = picturesOf(ours).map((own, i) => [own, theirs[i]!] as const);
      return jackknife(
        pairs,
        (some) => together(some.map(([own]) => own)) - together(some.map(([, their]) => their)),
      );
    },
  };
}
