// Arguments of this checkout's commands: every command has a usage text, which `--help` and wrong arguments print.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The arguments of the process, as `parseArgs` returns them; unknown options are errors. For `--help` it prints the usage and ends the
 * process with 0; for wrong arguments it prints what is wrong and the usage, and ends it with 2.
 */
export function readArguments<Config extends ParseArgsConfig>(usage: string, config: Config) {
  helpIfAsked(usage);
  try {
    return parseArgs(config);
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), usage);
  }
}

/** Prints the usage and ends the process if the arguments ask for it. */
export function helpIfAsked(usage: string): void {
  if (!process.argv.slice(2).some((text) => text === '--help' || text === '-h')) return;
  console.log(usage);
  process.exit(0);
}

/** Prints what is wrong with the arguments, and the usage, and ends the process with 2. */
export function fail(problem: string, usage: string): never {
  console.error(`${problem}\n\n${usage}`);
  process.exit(2);
}
