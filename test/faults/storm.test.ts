import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { kill, startPost, startPosts, taken, workerVars } from '../helpers/fault-stage.ts';
import { jobEnded, jobNow } from '../helpers/style-job.ts';
import { startWorkerProcess } from '../helpers/worker-process.ts';

import { backendEnv } from '../helpers/fault-stage.ts';
(backendEnv as Record<string,string>).GPU_QUEUE='1';
it('storm', async () => {
  const persist = await mkdtemp(join(tmpdir(), 'tessera-state-'));
  onTestFinished(() => rm(persist, { recursive: true, force: true }));
  const posts = await startPosts(2);
  const vars = workerVars(posts.map(({ wire }) => wire.url), { JOB_ATTEMPTS: '60', JOB_RETRY_MS: '100', JOB_SILENCE_MS: '2000', JOB_CONNECT_MS: '3000' });
  let worker = await startWorkerProcess(vars, { persist });
  const submit = async (steps: number) => {
    const r = await worker.fetch('/v1/jobs', { method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ plan: `w=64/style,style=asset:painting.jpg,engine=vgg19,weights=small,size=64,steps=${steps},seconds=0/f=png`, source: 'asset:chess.jpg' }) });
    return { status: r.status, ...(await r.json()) as { id: string } };
  };
  const ids: string[] = [];
  for (let i = 0; i < 6; i++) ids.push((await submit(150 + i)).id);
  let seed = Number(process.env.STORM ?? 1);
  const random = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
  const began = performance.now();
  const log: string[] = [];
  for (let i = 0; i < 14; i++) {
    await new Promise((r) => setTimeout(r, 500 + 2500 * random()));
    const post = posts[Math.floor(random() * 2)]!;
    const what = Math.floor(random() * 6);
    log.push(`${Math.round(performance.now() - began)} ${what}`);
    if (what === 0) { const old = post.backend; await kill(old); post.backend = await startPost(); post.wire.lead(post.backend.url); }
    if (what === 1) { const old = post.backend; old.process.kill('SIGSTOP'); await new Promise((r) => setTimeout(r, 3000)); old.process.kill('SIGCONT'); }
    if (what === 2) { post.backend.process.kill('SIGTERM'); await post.backend.ended; post.backend = await startPost(); post.wire.lead(post.backend.url); }
    if (what === 3) { await worker.close(); worker = await startWorkerProcess(vars, { persist }); }
    if (what === 4) { let n = 0; post.wire.pass((c, e) => { if (e.path.includes('result') || e.path.includes('checkpoint')) { n++; if (n < 3) { const o = Buffer.from(c); o[0] = o[0]! ^ 1; return o; } } return c; }); }
    if (what === 5) { const t = post.backend.url; post.wire.lead(undefined); setTimeout(() => post.wire.lead(post.backend.url), 1500); }
    const states = await Promise.all(ids.map(async (id) => { try { const j = await jobNow(worker, id); return `${j.state[0]}${j.attempt}`; } catch { return '?'; } }));
    log.push(states.join(' '));
    if (states.every((s) => s[0] === 's')) break;
  }
  const done = [];
  for (const id of ids) { try { const j = await jobEnded(worker, id); done.push(`${j.state} ${j.attempt} ${JSON.stringify(j.error ?? '')}`); } catch (e) { done.push(`STUCK ${JSON.stringify(await jobNow(worker, id)).slice(0, 300)}`); } }
  console.log(log.join('\n'), '\n', done.join('\n'), Math.round(performance.now() - began), taken(posts).length);
  for (const post of posts) await kill(post.backend);
  await worker.close();
  for (const d of done) expect(d).toMatch(/^succeeded/);
}, 600_000);
