import { useState } from 'preact/hooks';
import type { DroppedFile } from '../../../src/protocol/modelEditor';
import { isFileDrag, readDropped } from './readDropped';

/** Handlers of an element that takes dropped files, and whether one is held over it. */
export function useFileDrop(onFile: (read: () => Promise<DroppedFile>) => void) {
  const [isOver, setOver] = useState(false);
  // The workbench opens a dropped file in a tab of its own unless a page says at once that it takes it.
  const take = (event: DragEvent): void => {
    if (!event.dataTransfer || !isFileDrag(event.dataTransfer)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = 'copy';
    setOver(true);
  };
  const handlers = {
    onDragEnter: take,
    onDragOver: take,
    onDragLeave: () => {
      setOver(false);
    },
    onDrop: (event: DragEvent): void => {
      setOver(false);
      if (!event.dataTransfer || !isFileDrag(event.dataTransfer)) return;
      event.preventDefault();
      event.stopPropagation();
      onFile(readDropped(event.dataTransfer));
    },
  };
  return { isOver, handlers };
}
