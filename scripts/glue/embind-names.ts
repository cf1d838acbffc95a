// Finds out what a build of jSquash calls its imports and exports, from the glue that comes with it.
import type { EmbindNames } from '../../src/codecs/wasm/embind.ts';

/** How the glue takes each export. */
const exported = {
  memory: /wasmMemory=Module\["asm"\]\["(\w+)"\]/,
  table: /wasmTable=Module\["asm"\]\["(\w+)"\]/,
  start: /addOnInit\(Module\["asm"\]\["(\w+)"\]\)/,
  malloc: /_malloc=Module\["asm"\]\["(\w+)"\]/,
  free: /_free=Module\["asm"\]\["(\w+)"\]/,
} as const;

/** The names. Throws `Error` if the glue is not as Emscripten 3.1.2x writes it. */
export function embindNames(glue: string): EmbindNames {
  const table = find(glue, /var wasmImports=(\{[^}]*\})/);
  const imports = table.matchAll(/"(\w+)":_?(\w+)/g);
  const exports = Object.entries(exported).map(([name, place]) => [name, find(glue, place)]);
  return {
    imports: Object.fromEntries([...imports].map(([, short, name]) => [short, name])),
    exports: Object.fromEntries(exports),
  };
}

function find(glue: string, place: RegExp): string {
  const found = place.exec(glue)?.[1];
  if (found === undefined) throw new Error(`expected glue with ${place.source}`);
  return found;
}
