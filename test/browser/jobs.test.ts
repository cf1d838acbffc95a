// Jobs on the page, against a server whose jobs the test controls.
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { effects } from '../../src/effects/index.ts';
import { catalog } from '../../src/http/catalogue/catalogue.ts';
import {
  type FakeJob,
  type FakeJobServer,
  startFakeJobServer,
} from '../helpers/servers/fake-job-server.ts';
import { hasBrowser, type Opened, openBrowser, openPage, seriousFindings } from './open-browser.ts';

const plan = 'w=320/style,style=asset:painting.jpg,engine=vgg19';

describe.runIf(hasBrowser)('jobs on the page', () => {
  let browser: Browser;
  let server: FakeJobServer;
  let opened: Opened;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startFakeJobServer({ effects: catalog(effects) });
    opened = await openPage(browser);
    await opened.page.goto(`${server.url}#${plan}/asset:landscape.jpg`);
  });
  afterEach(async () => {
    await opened.close();
    await server.close();
    expect(opened.complaints).toEqual([]);
  });

  const find = (selector: string) => opened.page.locator(`.job ${selector}`);
  const text = (selector: string) => expect.poll(() => find(selector).textContent());
  const picture = () => expect.poll(() => opened.page.locator('.result').getAttribute('src'));
  const start = () => find('button.primary').click();
  async function run(): Promise<FakeJob> {
    await start();
    await expect.poll(() => server.jobs.at(-1)?.listeners.size).toBe(1);
    return server.jobs.at(-1) as FakeJob;
  }

  it('runs nothing before Start is pressed, and then the plan as it is', async () => {
    const { page } = opened;
    await text('.job-state').toContain('runs on a GPU backend');
    const field = (name: string) => page.locator(`.card.is-open .field[data-param="${name}"]`);
    await field('color').getByText('content', { exact: true }).click();
    await page.locator('.card[data-effect="style"] .more summary').click();
    await field('recipe').getByText('classic', { exact: true }).click();
    await page.locator('.source .tile[data-text="asset:drawing.png"]').first().click();
    expect(server.submits).toBe(0);
    const job = await run();
    expect(job.asked).toEqual({
      plan: `${plan},color=content,recipe=classic`,
      source: 'asset:drawing.png',
    });
  });

  it('shows the queue, progress with curves, previews, and the picture', async () => {
    const job = await run();
    await text('.job-state').toBe('Queued: waiting for a GPU backend');
    job.send('state', { state: 'running', attempt: 1 });
    for (const step of [10, 20, 30]) {
      const losses = { content: 1234.5 / step, style: 0.0036 / step };
      job.send('progress', { step, steps: 120, losses, secondsLeft: 65.4 });
    }
    await text('.job-state').toBe('Running');
    await text('.job-numbers').toBe('Step 30 of 120, about 1 min 5 s left');
    await text('.legends').toBe('content 41.1style 1.2e-4');
    expect(await find('polyline').count()).toBe(2);
    expect(await find('progress').evaluate((bar: HTMLProgressElement) => bar.value)).toBe(0.25);
    expect(await seriousFindings(opened.page)).toEqual([]);
    job.send('preview', { version: 1, step: 30 });
    await picture().toMatch(/\/preview\?v=/);
    job.end('succeeded', {
      result: { width: 320, height: 213, bytes: 20_480, mime: 'image/webp' },
    });
    await picture().toBe(`/v1/jobs/${job.id}/result`);
    await text('.job-state').toBe('Done');
    await text('.job-numbers').toBe('after 1 min 5 s');
    await expect.poll(() => job.listeners.size).toBe(0);
  });

  it('is followed again after a reload and after a lost connection, without a second submit', async () => {
    const job = await run();
    job.send('progress', { step: 1, steps: 9, losses: {} });
    await text('.job-numbers').toBe('Step 1 of 9');
    server.drop();
    await expect.poll(() => job.listeners.size).toBe(0);
    job.send('progress', { step: 2, steps: 9, losses: {} });
    await text('.job-numbers').toBe('Step 2 of 9');
    await opened.page.reload();
    await text('.job-numbers').toBe('Step 2 of 9');
    expect(server.submits).toBe(1);
    // The token of the submit is still known.
    await find('button:has-text("Cancel")').click();
    await text('.job-state').toBe('Cancelled');
    expect(job.state).toBe('canceled');
    await start();
    await expect.poll(() => job.run).toBe(2);
  });

  it('says why a job failed or was refused, and which command helps', async () => {
    const job = await run();
    job.end('failed', { error: { code: 'internal', message: 'the loss is not a number' } });
    await text('.field-problem').toBe('the loss is not a number');
    await text('.job-state').toBe('Failed');
    const detail = 'the model vgg19 is not installed, run: npm run models vgg19';
    server.refusal = { status: 503, code: 'model_missing', detail };
    await start();
    await text('.field-problem').toBe(detail);
    await text('code').toBe('npm run models vgg19');
    await start();
    await expect.poll(() => job.run).toBe(2);
    await expect.poll(() => find('.field-problem').isVisible()).toBe(false);
  });

  it('closes its connection when the plan is no job any more; the job goes on', async () => {
    const job = await run();
    await opened.page.evaluate(() => {
      location.hash = 'grayscale/asset:landscape.jpg';
    });
    await expect.poll(() => job.listeners.size).toBe(0);
    await expect.poll(() => opened.page.locator('.job').isVisible()).toBe(false);
    expect(job.state).toBe('queued');
  });
});
