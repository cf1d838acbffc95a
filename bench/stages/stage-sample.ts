// One stage of a rendering as it is asked for and as it is measured.
import type { OutputFormat } from '../../src/codecs/codec.ts';
import type { Work } from '../../src/work.ts';

export type Stage = 'decode' | 'steps' | 'encode';

/** `plan` is the segments of a URL; `further` maps the texts of further images to files that were put. */
export type StageOptions = {
  stage: Stage;
  plan: string;
  file: string;
  further?: Record<string, string>;
  format: OutputFormat;
};

/** What was counted for the stage that was made ready, and for the whole request. */
export type StageReady = { work: Work; request: Work };

/** How often it ran then, and the mean of its milliseconds by the clock, which moves in whole ones. */
export type StageRuns = { runs: number; ms: number };
