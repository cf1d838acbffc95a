// Calls the functions of a WASM module with named numbers instead of long lists of arguments.

/** The names of the parameters of each function, in their order. */
export type ParameterOrder = Readonly<Record<string, readonly string[]>>;

/** The functions of a module, called with named numbers. */
export type NamedCalls<Order extends ParameterOrder> = {
  [Name in keyof Order]: (numbers: Readonly<Record<Order[Name][number], number>>) => void;
};

/** Wraps the exports of an instance. */
export function namedCalls<const Order extends ParameterOrder>(
  exports: WebAssembly.Exports,
  order: Order,
): NamedCalls<Order> {
  const functions = Object.entries(order).map(([name, parameters]) => {
    const call = exports[name] as (...numbers: number[]) => void;
    const named = (numbers: Record<string, number>) =>
      call(...parameters.map((key) => numbers[key]!));
    return [name, named] as const;
  });
  return Object.fromEntries(functions) as unknown as NamedCalls<Order>;
}
