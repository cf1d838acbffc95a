// State of a running optimisation as a checkpoint, bit-exact.
import type { AverageState } from '../../../fit/optimisers/average.ts';
import type { OptimizerState } from '../../../fit/optimisers/optimisers.ts';
import type { TensorData } from '../../../graph/engine.ts';
import type { Size } from '../../../image.ts';
import type { Checkpoint } from '../../job-port.ts';

/** One scale: its size, which includes the margin, and its number of steps. */
export type Stage = Size & { steps: number };

export type RunState = {
  stages: readonly Stage[];
  /** Index of the current scale, and steps done in it. */
  stage: number;
  step: number;
  position: Float32Array;
  average: AverageState | undefined;
  optimizer: OptimizerState<Float32Array>;
};

/** Steps done over all scales. */
export const stepsDone = ({ stages, stage, step }: Pick<RunState, 'stages' | 'stage' | 'step'>) =>
  stages.slice(0, stage).reduce((total, { steps }) => total + steps, step);

/** The state as a checkpoint, which borrows the arrays. */
export function toCheckpoint(state: RunState): Checkpoint {
  const { stages, stage, step, position, average, optimizer } = state;
  const { width, height } = stages[stage]!;
  const picture = (data: Float32Array): TensorData => ({ shape: [3, height, width], data });
  return {
    step: stepsDone(state),
    notes: {
      stages: JSON.stringify(stages.map(({ width, height, steps }) => [width, height, steps])),
      stage: String(stage),
      step: String(step),
      optimizerStep: String(optimizer.step),
      // String(double) reads back as the same double.
      ...(average && { averageEmpty: String(average.empty) }),
    },
    tensors: {
      position: picture(position),
      ...(average && { average: picture(average.sum) }),
      ...Object.fromEntries(optimizer.vectors.map((data, i) => [`optimizer${i}`, picture(data)])),
    },
  };
}

/** The state in a checkpoint; undefined if it is not one of this optimisation, which then starts from the beginning. */
export function fromCheckpoint({ notes, tensors }: Checkpoint): RunState | undefined {
  const stages = readStages(notes.stages);
  const present = stages?.[Number(notes.stage)];
  if (!stages || !present || !tensors.position) return undefined;
  const count = 3 * present.width * present.height;
  if (Object.values(tensors).some(({ data }) => data.length !== count)) return undefined;
  const vectors: Float32Array[] = [];
  for (let i = 0; tensors[`optimizer${i}`]; i++) vectors.push(tensors[`optimizer${i}`]!.data);
  return {
    stages,
    stage: Number(notes.stage),
    step: Number(notes.step),
    position: tensors.position.data,
    average: tensors.average && {
      sum: tensors.average.data,
      empty: Number(notes.averageEmpty),
    },
    optimizer: { step: Number(notes.optimizerStep), vectors },
  };
}

function readStages(text: string | undefined): Stage[] | undefined {
  try {
    const rows = JSON.parse(text ?? '') as [number, number, number][];
    return rows.map(([width, height, steps]) => ({ width, height, steps }));
  } catch {
    return undefined;
  }
}
