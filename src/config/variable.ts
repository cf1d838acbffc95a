// What a variable of the configuration is, and how common values are read.

/** A variable: its default, its description for docs/operating.md, and how its text is read. */
export type Variable<T> = {
  default: T;
  /** The default in words, if the value itself does not explain it; for docs/operating.md. */
  shown?: string;
  describe: string;
  /** Its value must not be in a file that is committed. */
  secret?: true;
  read: (text: string) => T;
};

export const variable = <T>(v: Variable<T>): Variable<T> => v;

/** Whole numbers from `min` to `max`. Like all readers, it throws `RangeError` with what was expected and what came. */
export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < min || value > max) {
      throw new RangeError(
        `expected an integer from ${min} to ${max}, got ${JSON.stringify(text)}`,
      );
    }
    return value;
  };

/** `true` or `false`. */
export const flag = (text: string): boolean => {
  if (text !== 'true' && text !== 'false') {
    throw new RangeError(`expected true or false, got ${JSON.stringify(text)}`);
  }
  return text === 'true';
};

/** One of these texts. */
export const oneOf =
  <const T extends string>(...values: readonly T[]) =>
  (text: string): T => {
    const value = values.find((one) => one === text);
    if (value === undefined) {
      throw new RangeError(`expected ${values.join(' or ')}, got ${JSON.stringify(text)}`);
    }
    return value;
  };
