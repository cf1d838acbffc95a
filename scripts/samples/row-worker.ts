// Worker thread that paints some rows of one sample picture and posts them back.
import { parentPort, workerData } from 'node:worker_threads';
import { paintRows, type RowJob } from './render.ts';
import { sceneNamed } from './scenes.ts';

const job = workerData as RowJob;
parentPort?.postMessage(paintRows(sceneNamed(job.name), job));
