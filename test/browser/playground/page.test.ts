// The playground as a whole, on the bundled Worker: its first picture, what it gives to copy, its themes, a phone.
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect } from 'vitest';
import { hasBrowser, layoutShift, openPage, PHONE, seriousFindings } from '../open-browser.ts';
import { it } from './playground.ts';

describe.runIf(hasBrowser)('the playground', () => {
  it('has a script of less than 60 kB', async () => {
    const script = await readFile(new URL('../../../public/page/index.js', import.meta.url));
    expect(gzipSync(script).length).toBeLessThan(60_000);
  });

  it('shows a first picture with its facts, without jumps, and axe finds nothing serious', async ({
    playground,
  }) => {
    const { worker, page, address, fact } = playground;
    await page.goto(worker.url.href);
    await expect.poll(() => fact('size')).toBe('512 × 512');
    // What the build shows before is the answer to the same URL.
    const [first, answer] = await Promise.all(
      ['/page/first.webp', `/t/${await address()}`].map(async (path) =>
        Buffer.from(await (await worker.fetch(path)).arrayBuffer()),
      ),
    );
    expect(first!.equals(answer!)).toBe(true);
    expect(await fact('format')).toBe('WEBP');
    expect(await fact('bytes')).toMatch(/kB$/);
    expect(await fact('cost')).toMatch(/^\d+ of 2000 ms/);
    expect(await page.locator('.timing').getAttribute('aria-label')).toMatch(/hybrid \d/);
    expect(await layoutShift(page)).toBeLessThan(0.02);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('gives a URL, elements and code to copy', async ({ playground }) => {
    const { worker, page, show } = playground;
    await show('w=96/sepia/asset:bust.jpg', '96 × 96');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Share' }).click();
    const code = () => page.locator('.code').textContent();
    expect(await code()).toBe(`${worker.url.origin}/t/w=96/sepia/asset:bust.jpg`);
    expect((await fetch((await code())!)).status).toBe(200);
    await page.getByRole('button', { name: 'Copy', exact: true }).click();
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(await code());
    await page.keyboard.press('Tab');
    await page.getByRole('tab', { name: '<picture>' }).click();
    expect(await code()).toMatch(/srcset=".*\/w=96,dpr=1\/.* 1x,[\s\S]*\/w=96,dpr=2\/.* 2x"/);
    await page.getByRole('tab', { name: 'Client' }).click();
    expect(await code()).toContain('.options({ w: 96 })\n  .sepia()');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });

  it('shows numbers and placeholders as text, and the command of a missing model', async ({
    playground,
  }) => {
    const { worker, page, field, show } = playground;
    await show('w=96/sepia/asset:bust.jpg', '96 × 96');
    await page.locator('.card[data-effect="output"] .card-title').click();
    await field('f').locator('select').selectOption('json');
    await expect.poll(() => page.locator('.stage-text').textContent()).toContain('"width": 96');
    await page.goto(`${worker.url.href}#w=96/style,style=asset:painting.jpg/asset:bust.jpg`);
    await expect
      .poll(() => page.locator('.result-problem').textContent())
      .toContain('npm run models');
  });

  it('changes between light and dark, and keeps the choice after a reload', async ({
    playground,
  }) => {
    const { page, show } = playground;
    await show('w=96/sepia/asset:bust.jpg', '96 × 96');
    await page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    expect(await seriousFindings(page)).toEqual([]);
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  });

  it('works on a phone by touch, within the width of the screen', async ({ playground }) => {
    const { worker, browser } = playground;
    const phone = await openPage(browser, PHONE);
    const { page: small } = phone;
    await small.goto(`${worker.url.href}#w=96/asset:landscape.jpg`);
    const size = () => small.locator('[data-fact="size"]').textContent();
    await expect.poll(size).toBe('96 × 64');
    await small.locator('#add-step').tap();
    await small.locator('.effect[data-effect="pixelate"]').tap();
    await small.locator('.card.is-open [data-param="block"] .slider').fill('4');
    await expect.poll(() => small.evaluate(() => location.hash)).toContain('pixelate,block=4/');
    await expect.poll(() => small.locator('.facts.is-busy').count()).toBe(0);
    const wide = await small.evaluate(() => document.documentElement.scrollWidth);
    expect(wide).toBeLessThanOrEqual(390);
    expect(await small.locator('.stage').isVisible()).toBe(true);
    expect(await seriousFindings(small)).toEqual([]);
    await small.getByRole('button', { name: 'Share' }).tap();
    expect(await small.locator('.code').textContent()).toContain('/t/w=96/pixelate,block=4/');
    expect(phone.complaints).toEqual([]);
    await phone.close();
  });
});
