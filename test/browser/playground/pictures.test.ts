// Pictures in the playground, on the bundled Worker: the result, own files, hybrids and pixel art.
import sharp from 'sharp';
import { describe, expect } from 'vitest';
import { hasBrowser, seriousFindings } from '../open-browser.ts';
import { it } from './playground.ts';

const photo = (r: number, g: number, b: number, width = 96, height = 64) =>
  sharp({ create: { width, height, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();

describe.runIf(hasBrowser)('pictures in the playground', () => {
  it('compares with the original, and zooms to pixels by keys and buttons', async ({
    playground,
  }) => {
    const { page, show } = playground;
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

  it('takes own pictures for both places, and says how to use them elsewhere', async ({
    playground,
  }) => {
    const { page, address, fact, show, open } = playground;
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

  it('takes pictures that are dropped or pasted, and makes large ones smaller', async ({
    playground,
  }) => {
    const { page, address, fact, show } = playground;
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

  it('walks away from a hybrid, shows its pyramid, and aligns it by points', async ({
    playground,
  }) => {
    const { page, address, show } = playground;
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

  it('draws the grid of pixel art, takes its palette and saves its cells', async ({
    playground,
  }) => {
    const { page, address, show } = playground;
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
});
