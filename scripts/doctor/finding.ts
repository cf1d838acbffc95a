// What an examination finds.

/** `good`; `note`: nothing is wrong, but worth knowing, or it could not be looked at; `wrong`: to be mended. */
export type Verdict = 'good' | 'note' | 'wrong';

export type Finding = {
  /** Name of the check. */
  check: string;
  verdict: Verdict;
  /** What was seen. */
  found: string;
  /** What to do about it; of what is wrong. */
  fix?: string;
};

export const good = (check: string, found: string): Finding => ({ check, verdict: 'good', found });
export const noted = (check: string, found: string): Finding => ({ check, verdict: 'note', found });
export const wrong = (check: string, found: string, fix: string): Finding => ({
  check,
  verdict: 'wrong',
  found,
  fix,
});
