// A clock that advances only when the test says so, with timers that then fire in order.

export type HandClock = {
  now: () => number;
  wait: (ms: number) => Promise<void>;
  /** Advances time. Every timer that falls due fires, and the code that it resumes runs before the next one. */
  pass: (ms: number) => Promise<void>;
  /** Advances time at once, like a computation that blocks the isolate: timers fire only afterwards. */
  block: (ms: number) => void;
  timers: () => number;
};

export function createHandClock(): HandClock {
  let time = 1000;
  let serial = 0;
  let timers: { due: number; serial: number; fire: () => void }[] = [];
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 12; i++) await Promise.resolve();
  };
  return {
    now: () => time,
    wait: (ms) =>
      new Promise((fire) => timers.push({ due: time + ms, serial: serial++, fire: () => fire() })),
    async pass(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        timers.sort((a, b) => a.due - b.due || a.serial - b.serial);
        const next = timers[0];
        if (!next || next.due > end) break;
        timers = timers.slice(1);
        time = Math.max(time, next.due);
        next.fire();
        await settle();
      }
      time = Math.max(time, end);
    },
    block(ms) {
      time += ms;
    },
    timers: () => timers.length,
  };
}
