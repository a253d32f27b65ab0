import type { ProfileAnswer } from '../../../src/core/answers/profileAnswer';
import { formatBinary } from '../../shared/formatNumber';

/** Sentences that say where an arena would fit that fits no region inside the chip. */
export function arenaOptions({ fits }: ProfileAnswer): readonly string[] {
  return fits.options.map(({ how, parts }) => {
    const names = parts.map((part) => part.region).join(' and ');
    const shares = parts.map(({ holds, region, bytes }) => `${holds} (${formatBinary(bytes)}) in ${region}`).join(', ');
    const sentences: Readonly<Record<typeof how, string>> = {
      one: `It fits ${names}.`,
      two: `As two buffers it would: ${shares}. Give both to MicroAllocator::Create.`,
      adjacent: `Across ${names} it would: they lie side by side; the linker script must make one region of them.`,
      external: `In ${names} it would: outside the chip, and slower.`,
    };
    return sentences[how];
  });
}
