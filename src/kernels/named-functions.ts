// Calls functions of WASM modules with named numbers instead of long lists.

/** Names of the parameters of a module's functions, in their order. */
export type ParameterOrder = Readonly<Record<string, readonly string[]>>;

export type NamedFunctions<Order extends ParameterOrder> = {
  [Name in keyof Order]: (numbers: Readonly<Record<Order[Name][number], number>>) => void;
};

/** Wraps the exports of an instance. */
export function namedFunctions<Order extends ParameterOrder>(
  exports: WebAssembly.Exports,
  order: Order,
): NamedFunctions<Order> {
  const functions: Record<string, (numbers: Readonly<Record<string, number>>) => void> = {};
  for (const [name, parameters] of Object.entries(order)) {
    const call = exports[name] as (...numbers: number[]) => void;
    functions[name] = (numbers) => call(...parameters.map((key) => numbers[key]!));
  }
  return functions as NamedFunctions<Order>;
}
