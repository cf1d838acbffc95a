// The order of test files: those that wait for servers stand between those that compute, so that every core has work all the time.
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Projects whose files mostly wait, for processes, timeouts and a browser; the longest first. */
const WAITING = ['deploy', 'faults', 'hostile', 'e2e', 'browser'];
/** Projects whose files compute; the longest first. */
const COMPUTING = ['slow', 'slow-workerd', 'workerd', 'mocks', 'node'];
/** The share of the order in which the waiting files begin, so that no long one is left alone at the end. */
const BEGUN = 0.75;

/** Spreads `few` evenly over the first part of `many`; each keeps its own order. */
export function spread<T>(few: readonly T[], many: readonly T[]): T[] {
  const places = [
    ...few.map((item, i) => ({ item, at: (BEGUN * i) / few.length })),
    ...many.map((item, i) => ({ item, at: i / many.length })),
  ];
  return places.sort((a, b) => a.at - b.at).map(({ item }) => item);
}

/** Vitest makes one with `new`. Within a project its own order stays: larger files first. */
export class MixedSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const of = (names: readonly string[]): TestSpecification[] =>
      names.flatMap((name) => sorted.filter(({ project }) => project.name === name));
    const mixed = spread(of(WAITING), of(COMPUTING));
    const others = sorted.filter((file) => !mixed.includes(file));
    return [...mixed, ...others];
  }
}
