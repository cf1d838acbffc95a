import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededAssets } from '../helpers/nets/seeded-model.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';

// Without a browser, `npm test` lists these tests as not run; with REQUIRE_ALL=1 it fails.
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

describe.runIf(existsSync(executablePath))('the page in a browser', () => {
  let folder: string;
  let worker: BundledWorker;
  let browser: Awaited<ReturnType<typeof chromium.launch>>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-page-'));
    await seededAssets(join(folder, 'with'), ['fast-style', 'fast-style-predictor']);
    await seededAssets(join(folder, 'without'), []);
    worker = await startBundledWorker({}, { assets: join(folder, 'with') });
    browser = await chromium.launch({
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await worker?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows every effect on the samples, and tries a URL', async () => {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      // A busy server says so, and the page asks again.
      const isBusy = message.text().includes('status of 429');
      if (message.type() === 'error' && !isBusy) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(worker.url.href);
    await page.waitForFunction(
      () => document.querySelector('#facts')?.textContent?.includes('image/'),
      undefined,
      { timeout: 30_000 },
    );
    const pictures = page.locator('figure img');
    const count = await pictures.count();
    expect(count).toBeGreaterThanOrEqual(9);
    for (let i = 0; i < count; i++) {
      await pictures.nth(i).scrollIntoViewIfNeeded();
      await expect
        .poll(
          () =>
            pictures
              .nth(i)
              .evaluate((img: HTMLImageElement) => (img.complete ? img.naturalWidth : 0)),
          { timeout: 60_000 },
        )
        .toBeGreaterThan(0);
    }
    expect(complaints).toEqual([]);

    await page.fill('#url', '/t/w=40/pixelate,block=4/f=png/asset:landscape.jpg');
    await page.click('#try button');
    await expect.poll(() => page.locator('#facts').textContent()).toMatch(/^40×27, image\/png/);
    await page.fill('#url', '/t/pixelate,block=0/asset:landscape.jpg');
    await page.click('#try button');
    await expect
      .poll(() => page.locator('#facts').textContent())
      .toContain('block: expected auto or an integer from 1 to 256');
    await page.close();
  });

  it('shows, in place of a picture, the command that installs its model', async () => {
    const bare = await startBundledWorker({}, { assets: join(folder, 'without') });
    const page = await browser.newPage();
    try {
      await page.goto(bare.url.href);
      const figure = page.locator('#style figure').first();
      await figure.scrollIntoViewIfNeeded();
      const note = figure.locator('p.problem');
      await note.waitFor({ timeout: 20_000 });
      expect(await note.textContent()).toContain('npm run models fast-style');
    } finally {
      await page.close();
      await bare.close();
    }
  });
});
