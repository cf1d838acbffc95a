// The playground as a person uses it, on the bundled Worker.

import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
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

const photo = (r: number, g: number, b: number, width = 96, height = 64) =>
  sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();

describe.runIf(hasBrowser)('the playground', () => {
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

  const address = () => page.evaluate(() => location.hash.slice(1));
  const fact = (name: string) => page.locator(`[data-fact="${name}"]`).textContent();
  const card = (effect: string) => page.locator(`.card[data-effect="${effect}"]`);
  const field = (param: string) => page.locator(`.card.is-open .field[data-param="${param}"]`);
  const effects = () =>
    page
      .locator('.cards .card')
      .evaluateAll((cards) => cards.map((each) => (each as HTMLElement).dataset.effect));
  /** Opens the page with this work, and waits for its result. */
  async function show(path: string, size: string): Promise<void> {
    await page.goto(`${worker.url.href}#${path}`);
    await page.reload();
    await expect.poll(() => fact('size')).toBe(size);
  }
  async function open(effect: string): Promise<void> {
    const head = card(effect).locator('.card-title');
    if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
  }

  it('has a script of less than 60 kB', async () => {
    const script = await readFile(new URL('../../public/page/index.js', import.meta.url));
    expect(gzipSync(script).length).toBeLessThan(60_000);
  });

  it('shows a first picture with its facts, without jumps, and axe finds nothing serious', async () => {
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

  it('adds a step that a search finds, and follows its slider in the address', async () => {
    await show('w=96/asset:landscape.jpg', '96 × 64');
    await page.click('#add-step');
    await page.fill('.search', 'palette dither');
    await expect.poll(() => page.locator('.effect:visible').count()).toBe(2);
    await page.keyboard.press('Enter');
    await expect.poll(address).toBe('w=96/pixelate,block=16/asset:landscape.jpg');
    await field('block').locator('.slider').fill('8');
    await expect.poll(address).toBe('w=96/pixelate,block=8/asset:landscape.jpg');
    await field('cells').getByText('median', { exact: true }).click();
    await field('upscale').getByRole('switch').click();
    await expect.poll(() => fact('size')).toBe('12 × 8');
    expect(await address()).toBe(
      'w=96/pixelate,block=8,cells=median,upscale=false/asset:landscape.jpg',
    );
    await field('cells').getByRole('button', { name: 'Default of cells' }).click();
    expect(await address()).toBe('w=96/pixelate,block=8,upscale=false/asset:landscape.jpg');
  });

  it('shows an error at the parameter that it names, and takes it away', async () => {
    await show('w=96/pixelate,block=8/asset:landscape.jpg', '96 × 64');
    await open('pixelate');
    await field('block').locator('.number').fill('999');
    await field('block').locator('.number').press('Enter');
    const problem = field('block').locator('.field-problem');
    await expect.poll(() => problem.textContent()).toMatch(/^block: expected auto or an integer/);
    await field('block').getByRole('button', { name: 'auto' }).click();
    await expect.poll(() => problem.isVisible()).toBe(false);
  });

  it('reorders steps by keyboard and by drag, switches off, removes, undoes and redoes', async () => {
    await show('w=96/grayscale/sepia/asset:landscape.jpg', '96 × 64');
    await card('sepia').locator('.handle').focus();
    await page.keyboard.press('ArrowUp');
    expect(await effects()).toEqual(['resize', 'sepia', 'grayscale']);
    await page.keyboard.press('ArrowUp');
    expect(await effects()).toEqual(['sepia', 'resize', 'grayscale']);
    const grip = (await card('sepia').locator('.handle').boundingBox())!;
    const end = (await card('grayscale').boundingBox())!;
    await page.mouse.move(grip.x + 8, grip.y + 12);
    await page.mouse.down();
    await page.mouse.move(grip.x + 8, end.y + 10, { steps: 4 });
    await page.mouse.move(grip.x + 8, end.y + end.height + 20, { steps: 4 });
    await page.mouse.up();
    expect(await effects()).toEqual(['resize', 'grayscale', 'sepia']);
    await card('grayscale').getByRole('switch').click();
    expect(await address()).toBe('w=96/!grayscale/sepia/asset:landscape.jpg');
    await card('sepia').getByRole('button', { name: 'Remove sepia' }).click();
    expect(await effects()).toEqual(['resize', 'grayscale']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.keyboard.press('Control+z');
    expect(await address()).toBe('w=96/grayscale/sepia/asset:landscape.jpg');
    await page.keyboard.press('Control+Shift+Z');
    expect(await address()).toBe('w=96/!grayscale/sepia/asset:landscape.jpg');
  });

  it('edits palettes as swatches', async () => {
    await show('w=96/pixelate,block=8/asset:landscape.jpg', '96 × 64');
    await open('pixelate');
    await field('palette').getByRole('button', { name: 'gameboy' }).click();
    expect(await address()).toContain('palette=gameboy');
    await field('palette').getByRole('button', { name: 'your own' }).click();
    expect(await address()).toContain('palette=0f380f~306230~8bac0f~9bbc0f');
    await field('palette').getByLabel('Colour 1', { exact: true }).fill('#ff0000');
    await field('palette').getByLabel('Colour 4', { exact: true }).hover();
    await field('palette').getByRole('button', { name: 'Remove colour 4' }).click();
    await expect.poll(address).toContain('palette=ff0000~306230~8bac0f');
  });

  it('compares with the original, and zooms to pixels by keys and buttons', async () => {
    await show('w=96/grayscale/asset:landscape.jpg', '96 × 64');
    await page.getByRole('button', { name: 'Compare with the original' }).click();
    await page.getByLabel('Part of the original').fill('25');
    const clip = () =>
      page.locator('.layer-original').evaluate((each) => getComputedStyle(each).clipPath);
    expect(await clip()).toMatch(/75%|inset\(0px 75%/);
    await page.getByRole('button', { name: 'Compare with the original' }).click();
    await page.locator('.stage').focus();
    await page.keyboard.press('0');
    const fitted = await page.locator('.zoom-value').textContent();
    await page.keyboard.press('+');
    const zoomed = await page.locator('.zoom-value').textContent();
    expect(Number.parseInt(zoomed ?? '', 10)).toBeGreaterThan(Number.parseInt(fitted ?? '', 10));
    await page.locator('.zoom-button').click();
    expect(await page.locator('.zoom-value').textContent()).toBe('100 %');
  });

  it('takes own pictures for both places, and says how to use them elsewhere', async () => {
    await show('w=64/hybrid,far=asset:bust.jpg/asset:chess.jpg', '64 × 64');
    await open('hybrid');
    const files = [await photo(200, 80, 40), await photo(20, 80, 140)];
    const named = (name: string, buffer?: Buffer) => ({
      name,
      mimeType: 'image/png',
      buffer: buffer!,
    });
    await page
      .getByLabel('Choose a file', { exact: true })
      .setInputFiles(named('near one.png', files[0]));
    await expect.poll(() => fact('size')).toBe('64 × 43');
    await page.getByLabel('Choose a file for far').setInputFiles(named('far.png', files[1]));
    await expect.poll(address).toBe('w=64/hybrid,far=local:far.png/file:near-one.png');
    await expect.poll(() => page.locator('.facts.is-busy').count()).toBe(0);
    await page.getByRole('button', { name: 'Share' }).click();
    await page.getByRole('tab', { name: 'curl' }).click();
    expect(await page.locator('.code').textContent()).toContain('-F far=@far.png');
    expect(await page.locator('.share-dialog .summary').textContent()).toContain('example.com');
    await page.keyboard.press('Escape');
    // The browser keeps the pictures for the next visit.
    await page.reload();
    await expect.poll(() => fact('size')).toBe('64 × 43');
  });

  it('takes pictures that are dropped or pasted, and makes large ones smaller', async () => {
    await show('grayscale/asset:sticker.png', '512 × 512');
    const large = (await photo(9, 90, 200, 1600, 800)).toString('base64');
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'large.png', { type: 'image/png' }));
      document.body.dispatchEvent(
        new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }),
      );
    }, large);
    await expect.poll(address).toBe('w=1024/grayscale/file:large.png');
    await expect.poll(() => fact('size')).toBe('1024 × 512');
    const small = (await photo(200, 90, 9, 40, 30)).toString('base64');
    await page.evaluate((base64) => {
      const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], 'pasted.png', { type: 'image/png' }));
      dispatchEvent(new ClipboardEvent('paste', { clipboardData: data }));
    }, small);
    await expect.poll(() => fact('size')).toBe('40 × 30');
  });

  it('walks away from a hybrid, shows its pyramid, and aligns it by points', async () => {
    await show('w=128/hybrid,far=asset:bust.jpg/asset:chess.jpg', '128 × 128');
    await page.getByLabel('Viewing distance').fill('0.5');
    const look = () =>
      page
        .locator('.result')
        .evaluate((each: HTMLElement) => [each.style.transform, each.style.filter]);
    expect(await look()).toEqual(['scale(0.25)', expect.stringMatching(/^blur\(\d/)]);
    await page.getByLabel('Viewing distance').fill('0');
    await page.getByRole('button', { name: 'Pyramid' }).click();
    expect(await page.locator('.pyramid img').count()).toBe(3);
    await page.locator('.hybrid-tool').getByRole('button', { name: 'Align by points' }).click();
    await expect
      .poll(() =>
        page
          .locator('.board img')
          .first()
          .evaluate((img: HTMLImageElement) => img.naturalWidth),
      )
      .toBe(128);
    const point = page.getByRole('button', { name: 'Point 1 of the near picture' });
    await point.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    await expect.poll(address).toContain('align=0.39_0.43_0.38_0.42~0.62_0.42_0.62_0.42');
    const far = page.getByRole('button', { name: 'Point 2 of the far picture' });
    const box = (await far.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 40, box.y + box.height / 2, { steps: 3 });
    await page.mouse.up();
    expect(await address()).not.toContain('0.62_0.42_0.62_0.42');
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Done' }).click();
    await expect.poll(() => page.locator('.facts.is-busy').count()).toBe(0);
    expect(await page.locator('.result-problem').isVisible()).toBe(false);
  });

  it('draws the grid of pixel art, takes its palette and saves its cells', async () => {
    await show('w=96/pixelate,block=8,palette=gameboy/asset:landscape.jpg', '96 × 64');
    await page.getByRole('button', { name: 'Grid', exact: true }).click();
    const lines = page.locator('.grid-lines');
    await expect.poll(() => lines.isVisible()).toBe(true);
    expect(await lines.evaluate((each: HTMLElement) => each.style.backgroundSize)).toMatch(
      /8\.33\d+%.*12\.5%/,
    );
    await page.getByRole('button', { name: 'Take palette' }).click();
    await expect.poll(address).toMatch(/palette=[0-9a-f]{6}~/);
    await page.getByLabel('Enlarge').fill('2');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download grid' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('grid-24x16.png');
    const { width, height } = await sharp(await download.path()).metadata();
    expect([width, height]).toEqual([24, 16]);
  });

  it('gives a URL, elements and code to copy', async () => {
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

  it('shows numbers and placeholders as text, and the command of a missing model', async () => {
    await show('w=96/sepia/asset:bust.jpg', '96 × 96');
    await page.locator('.card[data-effect="output"] .card-title').click();
    await field('f').locator('select').selectOption('json');
    await expect.poll(() => page.locator('.stage-text').textContent()).toContain('"width": 96');
    await page.goto(`${worker.url.href}#w=96/style,style=asset:painting.jpg/asset:bust.jpg`);
    await expect
      .poll(() => page.locator('.result-problem').textContent())
      .toContain('npm run models');
  });

  it('changes between light and dark, and reports nothing wrong', async () => {
    await show('w=96/sepia/asset:bust.jpg', '96 × 96');
    await page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    expect(await seriousFindings(page)).toEqual([]);
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
    expect(opened.complaints).toEqual([]);
  });

  it('works on a phone by touch, within the width of the screen', async () => {
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
