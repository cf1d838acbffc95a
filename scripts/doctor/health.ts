// Checks whether the instance answers, which version it is, and whether its clock is right.
import { PIPELINE_VERSION } from '../../src/http/caching.ts';
import { VERSION } from '../../src/http/version.ts';
import { type Finding, good, noted, wrong } from './finding.ts';
import { type Answer, type Instance, jsonOf } from './instance.ts';

/** Largest difference between clocks, in milliseconds: expiry and signatures of backends depend on them. */
const MAX_SKEW_MS = 60_000;

/** The findings, and whether it makes sense to look further. */
export async function checkHealth(
  { ask, origin, local }: Instance,
  now: () => number,
): Promise<{ findings: Finding[]; alive: boolean }> {
  let answer: Answer;
  try {
    answer = await ask('/health');
  } catch (error) {
    const { name, cause } = error as Error;
    const why = (cause as { code?: string } | undefined)?.code ?? name;
    const fix =
      'Is the address right? A new custom domain takes some minutes; npx wrangler deployments list shows whether the Worker is deployed.';
    return {
      findings: [wrong('health', `${origin} does not answer (${why})`, fix)],
      alive: false,
    };
  }
  const { status, headers, ms } = answer;
  const health = jsonOf(answer);
  if (status !== 200 || health.status !== 'ok') {
    const fix =
      answer.code === 'internal'
        ? 'A setting is wrong: npx wrangler tail shows the line "misconfigured", which names it.'
        : 'Something else than Tessera answers: is it the right host, and does a firewall or a login stand in front?';
    return { findings: [wrong('health', `/health answers ${status}`, fix)], alive: false };
  }
  const findings = [good('health', `answers in ${ms} ms`), versionOf(health)];
  if (!local && origin.startsWith('http:')) {
    const fix = 'Serve https only: turn on Always Use HTTPS for the zone, and use https URLs.';
    findings.push(wrong('health', 'the address has no encryption', fix));
  }
  const skew = Math.abs(Date.parse(headers.get('date') ?? '') - now());
  if (skew > MAX_SKEW_MS) {
    const fix = 'Set the clock of this machine: URLs that expire are made by it.';
    findings.push(
      wrong('clock', `differs from this machine's by ${Math.round(skew / 1000)} s`, fix),
    );
  }
  return { findings, alive: true };
}

function versionOf({ version, pipeline }: Record<string, unknown>): Finding {
  const found = `version ${version ?? 'unknown'}, pipeline ${pipeline ?? 'unknown'}`;
  if (version === VERSION && pipeline === PIPELINE_VERSION) return good('version', found);
  return noted('version', `${found}; this checkout has ${VERSION}, pipeline ${PIPELINE_VERSION}`);
}
