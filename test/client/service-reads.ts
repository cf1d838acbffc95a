// How the service reads a URL, for tests of what the client writes.
import { readConfig } from '../../src/config.ts';
import { effects } from '../../src/effects/index.ts';
import { planRules } from '../../src/http/catalogue/presets.ts';
import { readPath, readTransform } from '../../src/http/transform/url.ts';
import { formatPlan } from '../../src/plan/grammar.ts';
import { formatSource } from '../../src/sources/source.ts';

export type ServiceReads = {
  /** The plan in canonical form. */
  plan: string;
  source: string;
};

/** Plan and source of a URL, under a configuration of environment variables. Throws what the service answers. */
export function serviceReads(url: string, vars: Record<string, string> = {}): ServiceReads {
  const config = readConfig(vars);
  const { plan, source } = readTransform(
    readPath(url),
    planRules(config, effects),
    config.SOURCE_BASE,
  );
  return { plan: formatPlan(plan), source: decodeURIComponent(formatSource(source)) };
}

/** The URLs of a `srcset` and their descriptors, split as the HTML standard says. */
export function candidatesOf(srcset: string): { url: string; descriptor: string }[] {
  const parts = srcset.trim().split(/\s+/);
  return Array.from({ length: parts.length / 2 }, (_, i) => ({
    url: parts[2 * i]!,
    descriptor: parts[2 * i + 1]!.replace(/,$/, ''),
  }));
}
