// `npm run pack -- <package>`: builds a package of this project into `dist/<name>`, packs it, and prints the path of the tarball.
import { fail, readArguments } from '../command-line.ts';
import { clientPackage } from './client.ts';
import { type PackageRecipe, packPackage } from './pack-package.ts';
import { commandPackage } from './tessera.ts';

/** The packages, by the word that the command line takes. */
const packages: Readonly<Record<string, PackageRecipe>> = {
  client: clientPackage,
  tessera: commandPackage,
};

const USAGE = `usage: npm run pack -- <package>
  packages: ${Object.keys(packages).join(', ')}`;

const { positionals } = readArguments(USAGE, { allowPositionals: true });
const [name = '', ...rest] = positionals;
const recipe = Object.hasOwn(packages, name) ? packages[name] : undefined;
if (!recipe || rest.length > 0) {
  fail(`expected the name of one package, got ${JSON.stringify(positionals)}`, USAGE);
}
console.log(await packPackage(recipe));
