// What is asked of the measuring Worker about one stage of a rendering, and what it answers.
import type { OutputFormat } from '../../src/codecs/codec.ts';
import type { Work } from '../../src/work.ts';

export type Stage = 'decode' | 'steps' | 'encode';

/** `plan`: the segments of a URL; `further`: stored files by the texts of further images; `lighter`: whether lighter steps run instead. */
export type StageOptions = {
  stage: Stage;
  plan: string;
  file: string;
  further?: Record<string, string>;
  format: OutputFormat;
  lighter?: true;
};

/** The counted work of the prepared stage, and of the whole request. */
export type StageReady = { work: Work; request: Work };

/** How often the stage ran, and the mean milliseconds of a run. */
export type StageRuns = { runs: number; ms: number };
