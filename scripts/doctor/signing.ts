// Checks whether the instance checks signatures, accepts this key, and refuses what it should.
import { type Finding, good, noted, wrong } from './finding.ts';
import type { Instance } from './instance.ts';

/** The findings, and whether pictures can be asked for. */
export async function checkSigning(
  instance: Instance,
  now: () => number,
): Promise<{ findings: Finding[]; canAsk: boolean }> {
  const { ask, pathOf, sign, key, local } = instance;
  const open = await ask(pathOf());
  if (open.code === 'not_allowed') return { findings: [notAllowed], canAsk: false };
  if (open.status === 200) {
    const found = 'URLs without a signature are answered';
    if (key) return { findings: [wrong('signing', found, UNSIGNED)], canAsk: true };
    const finding = local
      ? good('signing', `${found}, which is right for development`)
      : noted('signing', `${found}: everybody may use this instance for all its sources`);
    return { findings: [finding], canAsk: true };
  }
  if (open.code !== 'bad_signature') {
    const found = `a picture answers ${open.status} ${open.code}`;
    return { findings: [wrong('picture', found, detailOf(open.code))], canAsk: false };
  }
  if (!key) {
    const found = 'signatures are needed; set SIGNING_KEYS in the environment to look further';
    return { findings: [noted('signing', found)], canAsk: false };
  }
  const signed = await ask(await sign(pathOf()));
  if (signed.code === 'not_allowed') return { findings: [notAllowed], canAsk: false };
  if (signed.code === 'bad_signature')
    return { findings: [wrong('signing', REFUSED, OTHER_KEY)], canAsk: false };
  if (signed.status !== 200) {
    const found = `a signed picture answers ${signed.status} ${signed.code}`;
    return { findings: [wrong('picture', found, detailOf(signed.code))], canAsk: false };
  }
  const expired = await ask(await sign(pathOf(), now() / 1000 - 60));
  const findings = [
    good('signing', 'a signed URL is answered, one without a signature is refused'),
    expired.code === 'expired'
      ? good('expiry', 'a URL that has expired is refused')
      : wrong('expiry', `a URL that expired a minute ago answers ${expired.status}`, STALE),
  ];
  return { findings, canAsk: true };
}

const UNSIGNED =
  'You have a key, but the instance has none: deploy with --secrets-file, whose SIGNING_KEYS has it, or npx wrangler secret put SIGNING_KEYS.';
const REFUSED = 'a URL signed with SIGNING_KEYS of this environment is refused';
const OTHER_KEY =
  'The instance has other keys: compare with the file of secrets that was deployed. The first pair of SIGNING_KEYS signs. If the keys are the same, something in front changes URLs.';
const STALE =
  'Something in front answers from a cache of its own that ignores exp: turn off cache rules for this host, or limit them to Cache-Control of the answers.';

const notAllowed: Finding = noted(
  'picture',
  'the plan that was asked for is not allowed here; name one that is, for instance with --plan p=thumb',
);

const MENDS: Readonly<Record<string, string>> = {
  internal: 'npx wrangler tail shows the error while this command runs.',
  busy: 'The instance is overloaded: run this command again later, and see docs/operating.md.',
  rate_limited: 'Too many requests from here: wait a minute, and run this command again.',
  bad_option: 'Name a plan that the instance takes with --plan.',
  unknown_effect: 'Name a plan that the instance takes with --plan.',
};

const detailOf = (code: string): string =>
  MENDS[code] ??
  'Look for a proxy or a firewall in front of the instance, and at npx wrangler tail.';
