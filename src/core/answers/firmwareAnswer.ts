import type { Board, BoardRegion } from '../targets/board';
import { regionLabel } from '../targets/board';
import type { BoardFirmware } from '../targets/boardFirmware';
import type { ArenaPlace } from '../targets/fit';
import type { FirmwareAnswer } from './profileAnswer';

/** A placed firmware as the profile tells it. */
export function firmwareAnswer(firmware: BoardFirmware): FirmwareAnswer {
  const { name, sections, arena, model } = firmware;
  const sum = (kind: BoardRegion['kind']): number =>
    sections.reduce((bytes, use) => (use.region.kind === kind ? bytes + use.bytes : bytes), 0);
  return {
    name,
    ram: sum('ram'),
    flash: sum('flash'),
    sections: sections.map((use) => ({ name: use.name, region: regionLabel(use.region), bytes: use.bytes })),
    arena: arena && { name: arena.name, bytes: arena.bytes },
    model: model && { name: model.name, bytes: model.bytes },
  };
}

/** What was left out of a firmware's figures, and what of it has no place on the board. */
export function firmwareNotes({ name, arena, model, unplaced, sections }: BoardFirmware): readonly string[] {
  const lost = unplaced.reduce((bytes, section) => bytes + section.bytes, 0);
  const reserved = sections.filter((use) => use.region.kind === 'ram' && /heap|stack/i.test(use.name));
  return [
    ...(arena
      ? [
          `${name} has an arena of its own, ${arena.name} of ${bytesText(arena.bytes)}: the model's need takes its place.`,
        ]
      : []),
    ...(model ? [`${name} has the model in it, ${model.name}: it is counted once.`] : []),
    ...(reserved.length > 0
      ? [
          `${reserved.map((use) => `${use.name} of ${bytesText(use.bytes)}`).join(', ')} is counted as taken; an arena that is allocated from it needs no room besides.`,
        ]
      : []),
    ...(unplaced.length > 0
      ? [
          `${bytesText(lost)} of ${name} lie at addresses where this board has no memory (${unplaced
            .slice(0, 3)
            .map((section) => section.name)
            .join(', ')}): is it built for another board?`,
        ]
      : []),
  ];
}

/** One sentence: where an arena is, or would be. */
export function describePlace({ how, parts }: ArenaPlace, board: Board): string {
  const names = parts.map((part) => part.region).join(' and ');
  const shares = parts.map(({ holds, bytes, region }) => `${holds} ${bytesText(bytes)} in ${region}`).join(', ');
  const sentences: Readonly<Record<ArenaPlace['how'], string>> = {
    one: `The arena fits ${names} of ${board.name}.`,
    two: `With two buffers (MicroAllocator::Create) it would fit: ${shares}.`,
    adjacent: `${names} lie side by side: it would fit across them where the linker script makes one region of them.`,
    external: `It would fit ${names}: outside the chip, and slower.`,
  };
  return sentences[how];
}

function bytesText(bytes: number): string {
  return `${bytes.toLocaleString('en')} B`;
}
