import { expect, it } from 'vitest';
import { kill, postWithCheckpoint, setStage, startPost } from '../helpers/fault-stage.ts';
import { jobEnded, pictureOf, submitStyle, undisturbedPicture } from '../helpers/style-job.ts';

it('x', async () => {
  let t = performance.now();
  const lap = (s: string) => { console.log(s, Math.round(performance.now() - t)); t = performance.now(); };
  const { worker, posts } = await setStage(1);
  lap('stage');
  const { id } = await submitStyle(worker);
  lap('submit');
  const post = await postWithCheckpoint(posts);
  lap('checkpoint');
  await kill(post.backend);
  post.wire.lead(undefined);
  const next = await startPost();
  post.wire.lead(next.url);
  lap('restarted');
  const job = await jobEnded(worker, id);
  lap('ended');
  console.log(JSON.stringify(job).slice(0, 600));
  console.log(JSON.stringify(post.wire.exchanges.map(({ head, ...rest }) => ({ ...rest, path: rest.path.slice(60), at: head?.attempt, ck: head?.checkpoint?.step }))));
  const undisturbed = await undisturbedPicture(next);
  lap('undisturbed');
  expect(await pictureOf(worker, id)).toBe(undisturbed);
});
