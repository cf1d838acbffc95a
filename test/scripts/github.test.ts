// What the repository has for GitHub: workflows and issue forms that are well-formed, and name only what exists.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { sectionOf, versionOf } from '../../scripts/release.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const filesIn = (folder: string): string[] =>
  readdirSync(join(root, folder)).map((name) => `${folder}/${name}`);

type Step = { uses?: string; run?: string };
type Job = { steps?: Step[]; uses?: string; needs?: string; 'timeout-minutes'?: number };
type Workflow = { name: string; permissions: object; jobs: Record<string, Job> };

const workflows = filesIn('.github/workflows');
const forms = filesIn('.github/ISSUE_TEMPLATE').filter((path) => !path.endsWith('config.yml'));
const { scripts, version } = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>;
  version: string;
};

describe('a workflow', () => {
  it.each(workflows)('%s names scripts that exist, and actions of one major version', (path) => {
    const { permissions, jobs } = parse(read(path)) as Workflow;
    expect(permissions).toEqual({ contents: 'read' });
    for (const { steps = [], uses, needs, ...job } of Object.values(jobs)) {
      if (uses) expect(existsSync(join(root, uses))).toBe(true);
      else expect(job['timeout-minutes']).toBeGreaterThan(0);
      if (needs) expect(Object.keys(jobs)).toContain(needs);
      for (const step of steps) {
        if (step.uses) expect(step.uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
        const [, script] = /npm run ([\w:]+)/.exec(step.run ?? '') ?? [];
        if (script) expect(Object.keys(scripts)).toContain(script);
        const [file] = /scripts\/[\w/.-]+\.ts|\.ci\/run/.exec(step.run ?? '') ?? [];
        if (file) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
      }
    }
  });

  it('runs the same checks for a release as for a change', () => {
    expect(workflows).toHaveLength(2);
    const { jobs } = parse(read('.github/workflows/release.yml')) as Workflow;
    expect(jobs.ci?.uses).toBe('./.github/workflows/ci.yml');
    expect(jobs.publish?.needs).toBe('ci');
    expect(read('.github/workflows/ci.yml')).toContain('run: .ci/run');
  });
});

describe('an issue form', () => {
  it.each(forms)('%s asks with labels, and under different ids', (path) => {
    type Field = { type: string; id?: string; attributes: { label?: string; value?: string } };
    const form = parse(read(path)) as { name: string; description: string; body: Field[] };
    expect([form.name, form.description].every((text) => text.length > 2)).toBe(true);
    const fields = form.body.filter(({ type }) => type !== 'markdown');
    for (const { type, attributes } of fields) {
      expect(['input', 'textarea', 'dropdown']).toContain(type);
      expect(attributes.label?.length).toBeGreaterThan(2);
    }
    const ids = fields.map(({ id }) => id);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is there for bugs, effects and questions', () => {
    expect(forms).toHaveLength(3);
  });
});

describe('a release', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n- c\n\n## 1.2.0 (2026-01-02)\n\n### Added\n\n- b\n\n## [1.1.0]\n\n## 1.0.0\n\n- a\n';

  it('has the notes of its version', () => {
    expect(sectionOf(changelog, '1.2.0')).toBe('### Added\n\n- b\n');
    expect(sectionOf(changelog, '1.0.0')).toBe('- a\n');
    expect(sectionOf(read('CHANGELOG.md'), 'Unreleased')).toContain('### Added');
  });

  it('is refused without notes, and under a tag of another version', () => {
    expect(() => sectionOf(changelog, '1.1.0')).toThrow('expected a section "## 1.1.0" with text');
    expect(() => sectionOf(changelog, '9')).toThrow('expected a section');
    expect(versionOf(`v${version}`, { version })).toBe(version);
    expect(() => versionOf('v9', { version })).toThrow(`expected the tag v${version}`);
    expect(() => versionOf(version, { version })).toThrow('expected the tag');
  });
});
