// Pictures of the visitor's own: a hybrid of two, aligned, whose URL works in another page; and what the page says where it has no URL to give.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { hasBrowser, openBrowser, openPage } from './open-browser.ts';

const photo = (r: number, g: number, b: number) =>
  sharp({ create: { width: 96, height: 64, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();

describe.runIf(hasBrowser)('own pictures in the playground', () => {
  let worker: BundledWorker;
  let browser: Browser;
  let page: Page;
  /** A page of another origin that shows a picture by its URL. */
  let elsewhere: Server;
  let shownUrl = '';
  beforeAll(async () => {
    [worker, browser] = await Promise.all([
      startBundledWorker({ DEVELOPMENT: 'true' }),
      openBrowser(),
    ]);
    page = (await openPage(browser)).page;
    elsewhere = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html');
      response.end(`<img src="${shownUrl}" alt="">`);
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  });
  afterAll(async () => {
    await browser?.close();
    elsewhere?.close();
    await worker?.close();
  });

  const fact = (name: string) => page.locator(`[data-fact="${name}"]`).textContent();
  async function choose(label: string, name: string, buffer: Buffer): Promise<void> {
    const input = page.getByLabel(label, { exact: true });
    await input.setInputFiles({ name, mimeType: 'image/png', buffer });
  }

  it('become a hybrid with points on what its step gets, and a URL that other pages can show', async () => {
    await page.goto(
      `${worker.url.href}#w=48,h=64,fit=cover/hybrid,far=asset:bust.jpg/asset:chess.jpg`,
    );
    await expect.poll(() => fact('size')).toBe('48 × 64');
    await page.locator('.card[data-effect="hybrid"] .card-title').click();
    await choose('Choose a file', 'near.png', await photo(200, 80, 40));
    await choose('Choose a file for far', 'far.png', await photo(20, 80, 140));
    await page.getByRole('button', { name: 'Align by points' }).first().click();
    const near = page.getByAltText('Seen close up');
    await expect
      .poll(() => near.evaluate((image: HTMLImageElement) => image.naturalWidth))
      .toBe(48);
    expect(await near.evaluate((image: HTMLImageElement) => image.naturalHeight)).toBe(64);
    await page.getByLabel(/^Point 1 of the near picture/).press('ArrowRight');
    await page.getByRole('button', { name: 'Done' }).click();
    await page.getByRole('button', { name: 'Share' }).click();
    const code = page.locator('.code');
    await expect
      .poll(() => code.textContent())
      .toMatch(/^http.*far=r2:own-\w+\.png.*align=0\.39_.*\/r2:own-\w+\.png$/);
    expect(await page.locator('.share-dialog .summary').textContent()).toMatch(
      /^This development server has copies/,
    );
    shownUrl = (await code.textContent())!;
    const other = await browser.newPage();
    await other.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
    const size = () =>
      other.locator('img').evaluate((image: HTMLImageElement) => image.naturalWidth);
    await expect.poll(size).toBe(48);
    await other.close();
  });

  it('are not sent anywhere by a service that keeps none, and the page says what to do', async () => {
    const plain = await startBundledWorker();
    try {
      await page.goto(`${plain.url.href}#w=48/grayscale/asset:chess.jpg`);
      await expect.poll(() => fact('size')).toBe('48 × 48');
      await choose('Choose a file', 'near.png', await photo(200, 80, 40));
      await page.getByRole('button', { name: 'Share' }).click();
      expect(await page.locator('.code').textContent()).toContain('/https://example.com/near.png');
      expect(await page.locator('.share-dialog .summary').textContent()).toContain(
        'ALLOWED_SOURCES',
      );
    } finally {
      await plain.close();
    }
  });

  it('says plainly that a service with keys needs signed URLs', async () => {
    const signed = await startBundledWorker({ SIGNING_KEYS: '736563726574:68656c6c6f' });
    try {
      await page.goto(`${signed.url.href}#w=48/grayscale/asset:chess.jpg`);
      const problem = page.locator('.result-problem');
      await expect
        .poll(() => problem.textContent())
        .toMatch(/^This service answers signed URLs alone/);
      await page.getByRole('button', { name: 'Share' }).click();
      expect(await page.locator('.share-dialog .summary').textContent()).toContain('npm run sign');
    } finally {
      await signed.close();
    }
  });
});
