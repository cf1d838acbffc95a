// Steps and their parameters in the playground, on the bundled Worker.
import type { Page } from 'playwright-core';
import { describe, expect } from 'vitest';
import { hasBrowser } from '../open-browser.ts';
import { it } from './playground.ts';

describe.runIf(hasBrowser)('steps in the playground', () => {
  const effects = (page: Page) =>
    page
      .locator('.cards .card')
      .evaluateAll((cards) => cards.map((each) => (each as HTMLElement).dataset.effect));

  it('adds a step that a search finds, and follows its slider in the address', async ({
    playground,
  }) => {
    const { page, address, fact, field, show } = playground;
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

  it('shows an error at the parameter that it names, and takes it away', async ({ playground }) => {
    const { field, show, open } = playground;
    await show('w=96/pixelate,block=8/asset:landscape.jpg', '96 × 64');
    await open('pixelate');
    await field('block').locator('.number').fill('999');
    await field('block').locator('.number').press('Enter');
    const problem = field('block').locator('.field-problem');
    await expect.poll(() => problem.textContent()).toMatch(/^block: expected auto or an integer/);
    await field('block').getByRole('button', { name: 'auto' }).click();
    await expect.poll(() => problem.isVisible()).toBe(false);
  });

  it('reorders steps by keyboard and by drag, switches off, removes, undoes and redoes', async ({
    playground,
  }) => {
    const { page, address, card, show } = playground;
    await show('w=96/grayscale/sepia/asset:landscape.jpg', '96 × 64');
    await card('sepia').locator('.handle').focus();
    await page.keyboard.press('ArrowUp');
    expect(await effects(page)).toEqual(['resize', 'sepia', 'grayscale']);
    await page.keyboard.press('ArrowUp');
    expect(await effects(page)).toEqual(['sepia', 'resize', 'grayscale']);
    const grip = (await card('sepia').locator('.handle').boundingBox())!;
    const end = (await card('grayscale').boundingBox())!;
    await page.mouse.move(grip.x + 8, grip.y + 12);
    await page.mouse.down();
    await page.mouse.move(grip.x + 8, end.y + 10, { steps: 4 });
    await page.mouse.move(grip.x + 8, end.y + end.height + 20, { steps: 4 });
    await page.mouse.up();
    expect(await effects(page)).toEqual(['resize', 'grayscale', 'sepia']);
    await card('grayscale').getByRole('switch').click();
    expect(await address()).toBe('w=96/!grayscale/sepia/asset:landscape.jpg');
    await card('sepia').getByRole('button', { name: 'Remove sepia' }).click();
    expect(await effects(page)).toEqual(['resize', 'grayscale']);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.keyboard.press('Control+z');
    expect(await address()).toBe('w=96/grayscale/sepia/asset:landscape.jpg');
    await page.keyboard.press('Control+Shift+Z');
    expect(await address()).toBe('w=96/!grayscale/sepia/asset:landscape.jpg');
  });

  it('edits palettes as swatches', async ({ playground }) => {
    const { address, field, show, open } = playground;
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
});
