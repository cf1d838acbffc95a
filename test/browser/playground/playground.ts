// What the tests of the playground are handed: a page that shows it, and ways to read and use its parts.
// A file of tests shares one bundled Worker, one browser and one page, which must not have reported an error at the end.
import type { Browser, Locator, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';
import { openBrowser, openPage } from '../open-browser.ts';

type Playground = {
  worker: BundledWorker;
  browser: Browser;
  page: Page;
  /** The plan and the source in the page's address. */
  address: () => Promise<string>;
  /** What the page says about its result, for instance its `size`. */
  fact: (name: string) => Promise<string | null>;
  card: (effect: string) => Locator;
  /** A parameter of the open card. */
  field: (param: string) => Locator;
  /** Opens the page with this plan and source, and waits for a result of this size. */
  show: (path: string, size: string) => Promise<void>;
  /** Opens the card of an effect. */
  open: (effect: string) => Promise<void>;
};

export const it = test.extend<{ playground: Playground }>({
  playground: [
    // biome-ignore lint/correctness/noEmptyPattern: Vitest reads from the pattern which fixtures are needed.
    async ({}, use) => {
      const [worker, browser] = await Promise.all([startBundledWorker(), openBrowser()]);
      const { page, complaints } = await openPage(browser);
      await use({ worker, browser, page, ...partsOf(page, worker.url.href) });
      await browser.close();
      await worker.close();
      expect(complaints).toEqual([]);
    },
    { scope: 'file' },
  ],
});

function partsOf(page: Page, url: string) {
  const fact = (name: string) => page.locator(`[data-fact="${name}"]`).textContent();
  const card = (effect: string) => page.locator(`.card[data-effect="${effect}"]`);
  return {
    fact,
    card,
    address: () => page.evaluate(() => location.hash.slice(1)),
    field: (param: string) => page.locator(`.card.is-open .field[data-param="${param}"]`),
    async show(path: string, size: string) {
      await page.goto(`${url}#${path}`);
      await page.reload();
      await expect.poll(() => fact('size')).toBe(size);
    },
    async open(effect: string) {
      const head = card(effect).locator('.card-title');
      if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
    },
  };
}
