// The documentation as a person uses it, on the bundled Worker and from a folder.
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import {
  hasBrowser,
  layoutShift,
  type Opened,
  openBrowser,
  openPage,
  PHONE,
  seriousFindings,
} from './open-browser.ts';

describe.runIf(hasBrowser)('the documentation', () => {
  let worker: BundledWorker;
  let browser: Browser;
  let opened: Opened;
  let page: Page;
  beforeAll(async () => {
    [worker, browser] = await Promise.all([startBundledWorker(), openBrowser()]);
    opened = await openPage(browser);
    page = opened.page;
  });
  afterAll(async () => {
    await browser?.close();
    await worker?.close();
  });

  const docs = (path: string) => new URL(`docs/${path}`, worker.url).href;

  it('is one click from the playground, and the playground from it', async () => {
    await page.goto(worker.url.href);
    await page.getByRole('link', { name: 'Docs', exact: true }).click();
    await page.waitForURL('**/docs/');
    expect(await page.title()).toBe('Tessera documentation');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('link', { name: 'Playground', exact: true }).click();
    await page.waitForURL(worker.url.href);
  });

  it('finds a parameter by the keyboard, and shows it without jumps', async () => {
    await page.goto(docs(''));
    await page.keyboard.press('/');
    await page.keyboard.type('gravity');
    const first = page.locator('[role="option"]').first();
    await expect.poll(() => first.textContent()).toContain('resize gravity');
    expect(await page.locator('.find-text').getAttribute('aria-activedescendant')).toBe('found-0');
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/effects/resize.html#gravity');
    expect(await page.locator('#gravity').isVisible()).toBe(true);
    await page.goto(docs('effects/vignette.html'));
    expect(await layoutShift(page)).toBeLessThan(0.02);
    expect(await seriousFindings(page)).toEqual([]);
  });

  it('copies the URL of an example, and opens it in the playground', async () => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(docs('effects/sepia.html'));
    const example = page.locator('.example').first();
    await example.locator('.copied').hover();
    await example.getByRole('button', { name: 'Copy' }).click();
    const url = new URL('/t/w=320/sepia/asset:bust.jpg', worker.url).href;
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(url);
    expect((await fetch(url)).status).toBe(200);
    await example.getByText('Open in the playground').click();
    const size = page.locator('[data-fact="size"]');
    await expect.poll(() => size.textContent()).toBe('320 × 320');
  });

  it('keeps the theme of the playground, and has a page for what does not exist', async () => {
    await page.goto(docs('guides/signing.html'));
    await page.getByRole('button', { name: 'Light or dark' }).click();
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    expect(await theme()).toBe('dark');
    expect(await seriousFindings(page)).toEqual([]);
    const missing = await page.goto(docs('effects/nothing.html'));
    expect(missing?.status()).toBe(404);
    expect([await theme(), await page.locator('h1').textContent()]).toEqual([
      'dark',
      'No such page',
    ]);
    await page.getByRole('link', { name: 'Hybrid images' }).click();
    await page.waitForURL('**/docs/guides/hybrids.html');
    expect(opened.complaints).toEqual([]);
  });

  it('fits a phone, where the contents are in a sheet', async () => {
    const phone = await openPage(browser, PHONE);
    const { page: small } = phone;
    for (const path of [
      '',
      'effects/pixelate.html',
      'guides/deploying.html',
      'reference/benchmarks.html',
    ]) {
      await small.goto(docs(path));
      const wide = await small.evaluate(() => document.documentElement.scrollWidth);
      expect([path, wide]).toEqual([path, 390]);
    }
    await small.getByRole('button', { name: 'Contents' }).tap();
    const link = small
      .getByRole('navigation', { name: 'Contents' })
      .getByRole('link', { name: 'Pixel art' })
      .first();
    expect(await link.isVisible()).toBe(true);
    expect(await seriousFindings(small)).toEqual([]);
    await link.tap();
    await small.waitForURL('**/guides/pixel-art.html');
    expect(phone.complaints).toEqual([]);
    await phone.close();
  });

  it('works from a folder, without a service', async () => {
    const folder = pathToFileURL(fileURLToPath(new URL('../../public/docs/', import.meta.url)));
    const { page: file, complaints, close } = await openPage(browser);
    await file.goto(new URL('effects/blur.html', folder).href);
    await file.keyboard.press('/');
    await file.keyboard.type('palette');
    await expect.poll(() => file.locator('[role="option"]').count()).toBeGreaterThan(2);
    const image = file.locator('.tiles img').first();
    await image.scrollIntoViewIfNeeded();
    await expect
      .poll(() => image.evaluate((each: HTMLImageElement) => each.naturalWidth))
      .toBe(240);
    expect(complaints).toEqual([]);
    await close();
  });
});
