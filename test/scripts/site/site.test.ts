// The documentation site as it is built: whole, with every link, picture and example.
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path/posix';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../../scripts/site/pictures/rows.ts';
import { ensureSite } from '../../../scripts/site/site.ts';
import { effects } from '../../../src/effects/index.ts';
import { catalog } from '../../../src/http/catalogue/catalogue.ts';
import { type IndexedPage, ranked } from '../../../src/web/docs/rank.ts';

const site = fileURLToPath(new URL('../../../public/docs/', import.meta.url));
const entries = catalog(effects);

/** Parameters without pictures: hints, the answer's life, and what has no effect. */
const withoutPicture = [
  ...['anim', 'compression', 'exp', 'metadata', 'onerror', 'pending', 'scq', 'upscale', 'zoom'],
];

/** Pages by their paths. */
const pages = new Map<string, string>();

beforeAll(async () => {
  await ensureSite();
  for (const path of globSync('**/*.html', { cwd: site }))
    pages.set(path, readFileSync(site + path, 'utf8'));
}, 600_000);

const idsIn = (html: string): string[] => [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id!);

describe('the site', () => {
  it('has a page for every effect, which shows every parameter', () => {
    for (const entry of entries) {
      const html = pages.get(`effects/${entry.name}.html`) ?? '';
      const missing = Object.keys(entry.parameters.properties).filter(
        (param) => !html.includes(`<h3 id="${param}">`),
      );
      expect([entry.name, html !== '', missing]).toEqual([entry.name, true, []]);
    }
  });

  it('shows a rendered picture of every value of every parameter that runs at the edge', () => {
    for (const entry of entries) {
      const sections = (pages.get(`effects/${entry.name}.html`) ?? '').split('<section ').slice(1);
      const rows = rowsOf(entry);
      expect(sections.length).toBeGreaterThanOrEqual(rows.length);
      for (const [i, { param, shown }] of rows.entries()) {
        const section = sections[i]!;
        const pictures = section.match(/<img src="\.\.\/pictures\/|class="tile-text"/g) ?? [];
        const isJob = section.includes('class="requirement"');
        if (withoutPicture.includes(param) && shown.length === 0) continue;
        expect([entry.name, param, pictures.length > 0 || isJob]).toEqual([
          entry.name,
          param,
          true,
        ]);
        // Engines and styles may differ in where they run.
        if (!isJob && entry.name !== 'style')
          expect([param, pictures.length]).toEqual([param, shown.length]);
      }
    }
  });

  it('says of parameters of jobs why they have no picture, with an address that makes one', () => {
    const html = pages.get('effects/style.html') ?? '';
    const jobs = html.split('<section ').filter((section) => section.includes('</a> have it:'));
    expect(jobs.length).toBeGreaterThan(10);
    for (const section of jobs) {
      expect(section).toContain('Only <a href="../guides/jobs.html">jobs</a> have it');
      expect(section).toMatch(/data-copy="\/t\/[^"]*engine=(?:vgg19|slim)/);
    }
    const engine = html.split('<section ').find((section) => section.includes('id="engine"'));
    expect(engine).toContain(
      'or need weights that <code>npm run models fast-style</code> downloads',
    );
  });

  it('has a title and a description on each page, and one heading of the first level', () => {
    for (const [path, html] of pages) {
      const title = /<title>([^<]{4,})<\/title>/.exec(html)?.[1];
      const description = /<meta name="description" content="([^"]{20,})">/.exec(html)?.[1];
      const headings = html.match(/<h1/g)?.length;
      expect([path, title !== undefined, description !== undefined, headings]).toEqual([
        path,
        true,
        true,
        1,
      ]);
    }
    const titles = [...pages.values()].map((html) => /<title>([^<]*)/.exec(html)?.[1]);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('links only to files and anchors that exist', () => {
    const broken: string[] = [];
    for (const [path, html] of pages) {
      const ids = idsIn(html);
      expect([path, ids.length]).toEqual([path, new Set(ids).size]);
      if (path === '404.html') continue;
      for (const [, link = ''] of html.matchAll(/ (?:href|src)="([^"]*)"/g)) {
        // The playground is above the site.
        if (/^(?:https?:|data:)/.test(link) || /^(?:\.\.\/)+(?:#|$)/.test(link)) continue;
        const [file = '', anchor] = link.split('#');
        const target = file === '' ? path : normalize(join(dirname(path), file));
        const isThere =
          pages.has(target) || statSync(site + target, { throwIfNoEntry: false })?.isFile();
        const known = pages.get(target);
        if (!isThere || (anchor && known && !idsIn(known).includes(decodeURIComponent(anchor))))
          broken.push(`${path}: ${link}`);
      }
    }
    expect(broken).toEqual([]);
  });

  it('gives every picture its size, so that nothing moves, and every picture of content a text', () => {
    for (const [path, html] of pages) {
      for (const [image] of html.matchAll(/<img [^>]*>/g)) {
        expect([path, image]).toEqual([
          path,
          expect.stringMatching(/ alt="[^"]*" width="\d+" height="\d+"/),
        ]);
      }
    }
  });

  it('runs no inline script or style, which the security policy refuses', () => {
    for (const [path, html] of pages) {
      expect([path, html]).toEqual([
        path,
        expect.not.stringMatching(/<script>|<style|<[^>]* (?:style|on\w+)="/),
      ]);
    }
  });

  it('is small: scripts below 15 kB as they are sent, all files below 6 MB', () => {
    const scripts = ['docs.js', 'index.js'].map(
      (name) => gzipSync(readFileSync(site + name)).length,
    );
    expect(scripts[0]! + scripts[1]!).toBeLessThan(15_000);
    const files = globSync('**/*', { cwd: site }).map((path) => statSync(site + path));
    expect(files.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(6e6);
  });
});

describe('the search', () => {
  const index = (): IndexedPage[] => {
    const script = readFileSync(`${site}index.js`, 'utf8');
    return JSON.parse(script.slice(script.indexOf('(') + 1, script.lastIndexOf(')')));
  };
  it.each([
    ['pixelate', 'effects/pixelate.html'],
    ['dither', 'effects/pixelate.html#dither'],
    ['gravity', 'effects/resize.html#gravity'],
    ['lossless', 'effects/output.html#lossless'],
    ['quality', 'effects/output.html#q'],
    ['SIGNING_KEYS', 'guides/operating.html#configuration'],
    ['make keys', 'guides/signing.html#make-keys'],
    ['style wave', 'effects/style.html#style'],
    ['cutoff', 'effects/hybrid.html#cutoff'],
  ])('finds %s', (query, link) => {
    const links = ranked(index(), query).map((found) => found.link);
    expect(links.slice(0, 3)).toContain(link);
  });

  it('finds nothing for words that are nowhere', () => {
    expect(ranked(index(), 'xylophone')).toEqual([]);
    expect(ranked(index(), ' ')).toEqual([]);
  });
});
