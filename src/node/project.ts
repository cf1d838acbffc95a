// Where the project's files are: in a checkout and in an installed package, both of which have the same folders.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** The root of the checkout or of the package. Bundles lie two folders below it as well, so that this holds for them. */
const root = new URL('../../', import.meta.url);

/** The path of a file of the project, given its path from the root. */
export const projectPath = (path: string): string => fileURLToPath(new URL(path, root));

/** Compiles a WASM module of `src/generated` by its name. */
export const compileGenerated = async (name: string): Promise<WebAssembly.Module> =>
  WebAssembly.compile(await readFile(projectPath(`src/generated/${name}.wasm`)));
