import { existsSync } from 'node:fs';
import { chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { page as pageHtml } from '../../scripts/docs/page.ts';
import {
  type FakeJob,
  type FakeJobServer,
  startFakeJobServer,
} from '../helpers/servers/fake-job-server.ts';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const example = '/t/w=320/paint,style=asset:painting.jpg,engine=slow/asset:landscape.jpg';
const html = pageHtml({
  entries: [
    {
      name: 'paint',
      summary: 'Paint the picture in the manner of others.',
      segment: 'step',
      parameters: {
        type: 'object',
        properties: {
          style: { type: 'string', format: 'sources', most: 3 },
          engine: { type: 'string', enum: ['slow'] },
          recipe: { type: 'string', enum: ['plain', 'rich'], default: 'rich' },
        },
        required: ['style', 'engine'],
        additionalProperties: false,
      },
      aliases: {},
      inputs: ['style'],
      example,
      examples: [example, example.replace('w=320', 'w=240')],
    },
  ],
  gpuOnly: new Set([example, example.replace('w=320', 'w=240')]),
  samples: ['bust.jpg', 'chess.jpg', 'drawing.png', 'landscape.jpg', 'painting.jpg'],
});

describe.runIf(existsSync(executablePath))('jobs on the page', () => {
  let browser: Awaited<ReturnType<typeof chromium.launch>>;
  let server: FakeJobServer;
  let page: Page;
  let complaints: string[];
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    });
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startFakeJobServer(html);
    page = await browser.newPage();
    complaints = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // Chromium reports every refused request as an error; the tests check how the page shows it.
      const text = message.text();
      if (message.type() === 'error' && !text.startsWith('Failed to load')) complaints.push(text);
    });
    await page.goto(server.url);
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    expect(complaints).toEqual([]);
  });

  const part = (name: string) => page.locator(`.job [data-part="${name}"]`).first();
  const text = (name: string) => expect.poll(() => part(name).textContent());
  const kind = () => expect.poll(() => part('picture').getAttribute('data-kind'));
  async function run(): Promise<FakeJob> {
    await page.click('.runner button[type="submit"]');
    await expect.poll(() => server.jobs.at(-1)?.listeners.size).toBe(1);
    return server.jobs.at(-1) as FakeJob;
  }

  it('runs nothing before Run is pressed, and then the chosen plan', async () => {
    await page.check('[data-input="style"] [value="asset:chess.jpg"]');
    await page.uncheck('[data-input="style"] [value="asset:painting.jpg"]');
    await page.check('[data-input="style"] [value="asset:bust.jpg"]');
    await page.check('[data-source] [value="asset:drawing.png"]');
    await page.selectOption('select[name="recipe"]', 'plain');
    expect(server.submits).toBe(0);
    const job = await run();
    expect(job.asked).toEqual({
      plan: 'w=320/paint,style=asset:bust.jpg~asset:chess.jpg,engine=slow,recipe=plain',
      source: 'asset:drawing.png',
    });
    await page.check('[data-input="style"] [value="asset:painting.jpg"]');
    expect(await page.isDisabled('[data-input="style"] [value="asset:drawing.png"]')).toBe(true);
    expect({ submits: server.submits, state: job.state }).toEqual({ submits: 1, state: 'queued' });
  });

  it('shows a job in the queue, its previews, and its picture', async () => {
    const job = await run();
    await text('state').toBe('Queued: waiting for a GPU backend');
    await text('numbers').toMatch(/^Since \d/);
    await kind().toBe('stand-in');
    job.send('state', { state: 'running', attempt: 1 });
    job.send('progress', {
      step: 30,
      steps: 120,
      losses: { content: 1234.5, style: 0.00012 },
      secondsLeft: 65.4,
    });
    await text('state').toBe('Running');
    await text('numbers').toBe('Step 30 of 120, about 1 min 5 s left');
    await text('losses').toBe('Losses: content 1230 · style 1.20e-4');
    expect(await part('progress').evaluate((bar: HTMLProgressElement) => bar.value)).toBe(0.25);
    expect(await part('heard').textContent()).toBe('25 % done');
    job.send('preview', { version: 1, step: 30 });
    await kind().toBe('preview');
    job.end('succeeded', { result: { width: 320, height: 213, bytes: 20480, mime: 'image/webp' } });
    await kind().toBe('result');
    await text('state').toBe('Done');
    await text('numbers').toBe('320×213, image/webp, 20.0 KiB, after 1 min 5 s');
    expect(await part('open').getAttribute('href')).toBe(`/v1/jobs/${job.id}/result`);
    expect(await part('cancel').isVisible()).toBe(false);
    await expect.poll(() => job.listeners.size).toBe(0);
  });

  it('reconnects if the connection breaks, without a second submit', async () => {
    const job = await run();
    job.send('progress', { step: 1, steps: 9, losses: {} });
    await text('numbers').toBe('Step 1 of 9');
    server.drop();
    await expect.poll(() => job.listeners.size).toBe(0);
    job.send('progress', { step: 2, steps: 9, losses: {} });
    await text('numbers').toBe('Step 2 of 9');
    expect(server.submits).toBe(1);
  });

  it('cancels with the token of the submit, and tries again under the same id', async () => {
    const job = await run();
    await part('cancel').click();
    await text('state').toBe('Cancelled');
    expect(job.state).toBe('canceled');
    await part('again').click();
    await text('state').toBe('Queued: waiting for a GPU backend');
    await expect.poll(() => job.listeners.size).toBe(1);
    expect({ jobs: server.jobs.length, run: job.run }).toEqual({ jobs: 1, run: 2 });
    await part('cancel').click();
    await text('state').toBe('Cancelled');
  });

  it('says why a job failed or was refused, and which command helps', async () => {
    const job = await run();
    job.end('failed', { error: { code: 'internal', detail: 'the loss is not a number' } });
    await text('problem').toBe('the loss is not a number');
    await text('state').toBe('Failed');
    const detail = 'the model vgg19 is not installed, run: npm run models vgg19';
    server.refusal = { status: 503, code: 'model_missing', detail };
    await part('again').click();
    await text('problem').toBe(detail);
    expect(await page.locator('.job code').textContent()).toBe('npm run models vgg19');
    await part('again').click();
    await expect.poll(() => job.run).toBe(2);
    await expect.poll(() => part('problem').isVisible()).toBe(false);
  });

  it('shows the same work once, other work beside it, and closes connections with the page', async () => {
    const first = await run();
    await page.click('.runner button[type="submit"]');
    await expect.poll(() => server.submits).toBe(2);
    await expect.poll(() => page.locator('.job').count()).toBe(1);
    await page.click('[data-example*="w=240"]');
    const second = await run();
    expect(await page.locator('.job').count()).toBe(2);
    expect(first.listeners.size).toBe(1);
    await page.goto('about:blank');
    await expect.poll(() => first.listeners.size + second.listeners.size).toBe(0);
    expect([first.state, second.state]).toEqual(['queued', 'queued']);
  });

  it('follows the job that a URL in the box starts', async () => {
    await page.fill('#url', '/t/heavy/asset:chess.jpg');
    await page.click('#try button');
    await expect.poll(() => server.jobs[0]?.listeners.size).toBe(1);
    server.jobs[0]?.end('succeeded', {
      result: { width: 4, height: 3, bytes: 9, mime: 'image/png' },
    });
    await text('state').toBe('Done');
    expect(await page.locator('#jobs .job').count()).toBe(1);
  });
});
