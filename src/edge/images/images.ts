// The Images binding of the Worker as a decoder, with its memory, its counts and its cap per day.
import type { ShrinkDecoder } from '../../codecs/outside/outside.ts';
import type { DayLedger } from '../../jobs/day-ledger.ts';
import { type AllowancePorts, createAllowance, createIsolateLedger } from './allowance.ts';
import { createImagesDecoder, type ImagesPorts } from './decoder.ts';

type EdgeImagesPorts = Omit<ImagesPorts, 'allowance'> &
  Omit<AllowancePorts, 'ledger'> & {
    /** The Durable Objects that count by day; without them each isolate counts for itself. */
    ledgers: DurableObjectNamespace<DayLedger> | undefined;
  };

/** Name of the object that counts calls; each call counts as one second. */
const LEDGER = 'images';

/** The decoder of a binding. */
export function createEdgeImages(
  binding: ImagesBinding,
  { ledgers, ...ports }: EdgeImagesPorts,
): ShrinkDecoder {
  const own = createIsolateLedger();
  const ledger = (): DayLedger => ledgers?.getByName(LEDGER) ?? own;
  const allowance = createAllowance({ ...ports, ledger });
  return createImagesDecoder(binding, { ...ports, allowance });
}
