// `npm run sign -- <url>`: prints the URL or path, signed with the first pair of SIGNING_KEYS. `--exp <seconds>` makes it expire after that
// time; `--new-key` prints a new pair of key and salt.
import { parseArgs } from 'node:util';
import { signUrl } from '../src/client/sign-url.ts';
import { newSigningKey, parseSigningKeys, type SigningKey } from '../src/signing.ts';
import { helpIfAsked } from './command-line.ts';

const USAGE = `usage: SIGNING_KEYS=<key>:<salt> npm run sign -- <url> [--exp <seconds from now>]
       npm run sign -- --new-key`;

// A stand-in host for paths; it is removed again.
const PLACEHOLDER_ORIGIN = 'https://here.invalid';

/** Returns what the command prints; `now` is in milliseconds. Throws `Error` if the arguments or the keys are wrong. */
export async function sign(
  args: readonly string[],
  { keys, now }: { keys: string | undefined; now: number },
): Promise<string> {
  const { values, positionals } = read(args);
  if (values['new-key']) return newSigningKey();
  const [url, ...rest] = positionals;
  if (url === undefined || rest.length > 0) {
    throw new Error(`expected one URL, got ${positionals.length} (in quotes?)\n${USAGE}`);
  }
  const expires = values.exp === undefined ? undefined : now / 1000 + secondsOf(values.exp);
  const signed = await signUrl(urlOf(url), { key: keyOf(keys), expires });
  return signed.href.replace(`${PLACEHOLDER_ORIGIN}/`, '/');
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: { exp: { type: 'string' }, 'new-key': { type: 'boolean' } },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${USAGE}`);
  }
}

function secondsOf(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) > 0) return Number(text);
  throw new Error(`--exp: expected seconds from now, like 3600, got ${JSON.stringify(text)}`);
}

function urlOf(text: string): URL {
  const url = text.startsWith('/') ? `${PLACEHOLDER_ORIGIN}${text}` : text;
  if (URL.canParse(url) && /^https?:/i.test(url)) return new URL(url);
  throw new Error(`expected https://<host>/t/… or /t/…, got ${JSON.stringify(text.slice(0, 100))}`);
}

function keyOf(keys: string | undefined): SigningKey {
  let pairs: readonly SigningKey[];
  try {
    pairs = parseSigningKeys(keys ?? '');
  } catch (error) {
    throw new Error(`SIGNING_KEYS: ${(error as Error).message}`, { cause: error });
  }
  if (pairs[0]) return pairs[0];
  throw new Error(
    'SIGNING_KEYS: expected <key>:<salt> in hexadecimal digits, got none; `npm run sign -- --new-key` makes a pair',
  );
}

if (import.meta.main) {
  helpIfAsked(USAGE);
  try {
    const keys = process.env.SIGNING_KEYS;
    console.log(await sign(process.argv.slice(2), { keys, now: Date.now() }));
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
