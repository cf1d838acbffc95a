// A GIF goes in, and an animated GIF comes out that plays in a browser.
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium, type Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeGif } from '../helpers/files/write-gif.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Red, then blue, for half a second each, for ever. */
const animation = writeGif(
  { width: 64, height: 48 },
  [
    { index: () => 0, delay: 50 },
    { index: () => 1, delay: 50 },
  ],
  {
    palette: [
      [255, 0, 0],
      [0, 0, 255],
    ],
    loops: 0,
  },
);

describe.runIf(existsSync(executablePath))('an animated GIF in a browser', () => {
  let browser: Awaited<ReturnType<typeof chromium.launch>>;
  let worker: BundledWorker;
  let origin: Server;
  let page: Page;
  let source: string;

  beforeAll(async () => {
    origin = createServer((_, response) =>
      response.writeHead(200, { 'Content-Type': 'image/gif' }).end(animation),
    );
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    const host = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/`;
    source = `${host}wave.gif`;
    [browser, worker] = await Promise.all([
      chromium.launch({
        executablePath,
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--no-first-run',
          '--disable-background-networking',
        ],
      }),
      startBundledWorker({ ALLOWED_SOURCES: host, ALLOW_PRIVATE_SOURCES: 'true' }),
    ]);
    page = await browser.newPage();
    // A document of the service without scripts; its security policy lets it show pictures of the service.
    await page.goto(new URL('/samples/chess.jpg', worker.url).href);
  });
  afterAll(async () => {
    await Promise.all([browser?.close(), worker?.close()]);
    origin?.close();
  });

  /** The first `most` colours that an `<img>` shows within `ms` milliseconds, in order, without repetitions. */
  async function coloursOf(path: string, most: number, ms: number): Promise<string[]> {
    await page.evaluate(async (src) => {
      const image = new Image();
      image.src = src;
      document.body.replaceChildren(image);
      await image.decode();
    }, path);
    const seen: string[] = [];
    // A canvas would always get the first frame, so the screen is looked at.
    for (const end = Date.now() + ms; Date.now() < end && seen.length < most; ) {
      const shot = await page.locator('img').screenshot();
      const [r, , b] = (await sharp(shot).stats()).channels.map(({ mean }) => mean);
      const colour = r! > 200 && b! < 60 ? 'red' : b! > 200 && r! < 60 ? 'blue' : 'other';
      if (seen.at(-1) !== colour) seen.push(colour);
    }
    return seen;
  }

  it.each([
    ['gif', `/t/w=32,f=gif/`],
    ['webp', `/t/w=32/pixelate,block=4/f=webp/`],
    ['what the browser asks for', `/t/w=32/`],
  ])('as %s shows one frame after the other', async (_, plan) => {
    const seen = await coloursOf(plan + source, 3, 20_000);
    expect(['red,blue,red', 'blue,red,blue']).toContain(seen.join());
  });

  it('stands still with anim=false', async () => {
    expect(await coloursOf(`/t/w=32,f=gif,anim=false/${source}`, 2, 2500)).toEqual(['red']);
  });
});
