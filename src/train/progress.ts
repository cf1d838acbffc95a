// Shows how far a training is: a bar in a terminal, lines elsewhere.

export type Progress = {
  /** `perSecond`: steps a second since the line before. */
  show: (state: { step: number; share: number; perSecond: number; losses: string }) => void;
  end: () => void;
};

/** Characters of the bar. */
const WIDTH = 24;

/** Writes to this stream. */
export function createProgress(stream: NodeJS.WriteStream): Progress {
  const inPlace = stream.isTTY === true;
  return {
    show({ step, share, perSecond, losses }) {
      const full = Math.round(WIDTH * Math.min(1, share));
      const bar = `${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}`;
      const text = `${bar} step ${step}, ${perSecond.toFixed(1)} a second, ${losses}`;
      if (inPlace) stream.write(`\r\x1b[K${text.slice(0, stream.columns - 1)}`);
      else stream.write(`${text}\n`);
    },
    end: () => {
      if (inPlace) stream.write('\n');
    },
  };
}
