import type { ByteSource } from '../../core/ports/byteSource';
import { GlobalHeapCheck, hasUsualLengths } from './globalHeap';

/** What of Emscripten's file system a file of ours needs. */
export interface VirtualFiles {
  writeFile(path: string, bytes: Uint8Array): void;
  unlink(path: string): void;
  lookupPath(path: string): { readonly node: VirtualNode };
  /** Open streams by descriptor; 2 is where the library complains. */
  readonly streams: readonly ({ stream_ops: StreamOperations } | null)[];
}

interface VirtualNode {
  stream_ops: StreamOperations;
  node_ops: NodeOperations;
}

interface StreamOperations {
  read(stream: unknown, buffer: Uint8Array, offset: number, length: number, position: number): number;
  llseek(stream: { readonly position: number }, offset: number, whence: number): number;
  write(stream: unknown, buffer: Uint8Array, offset: number, length: number): number;
}

interface NodeOperations {
  readonly getattr: (node: unknown) => { readonly size: number };
}

/** Errors cannot pass through the library's C code: they are kept here and thrown when it has returned. */
export interface ReadFailure {
  error: unknown;
}

/** Reads of one visit: a damaged file can send the library round in circles. */
const READS = 100_000;

const SEEK_CURRENT = 1;
const SEEK_END = 2;

/** Keeps the library's reports on damaged files, pages long, out of our error output. */
export function silence(files: VirtualFiles): void {
  const errors = files.streams[2];
  if (errors) errors.stream_ops = { ...errors.stream_ops, write: (_stream, _buffer, _offset, length) => length };
}

/**
 * Puts a file into the library's own file system whose bytes come from `source` as they are asked for. The library sees
 * no other file: what a file links to is not found. Throws for a file that the library should not be given.
 */
export function mount(files: VirtualFiles, path: string, source: ByteSource, failure: ReadFailure): void {
  if (!hasUsualLengths(source)) throw new Error('lengths are not 8 bytes wide');
  files.writeFile(path, new Uint8Array(0));
  const { node } = files.lookupPath(path);
  const { size } = source;
  const heaps = new GlobalHeapCheck(source);
  let reads = 0;
  node.stream_ops = {
    ...node.stream_ops,
    read(_stream, buffer, offset, length, position) {
      const count = Math.max(0, Math.min(length, size - position));
      reads++;
      try {
        if (reads > READS) throw new Error('the file is read in circles');
        const bytes = source.read(position, count);
        heaps.check(bytes, position);
        buffer.set(bytes, offset);
        return count;
      } catch (error) {
        failure.error ??= error;
        return 0;
      }
    },
    llseek(stream, offset, whence) {
      if (whence === SEEK_CURRENT) return stream.position + offset;
      return whence === SEEK_END ? size + offset : offset;
    },
  };
  const { getattr } = node.node_ops;
  node.node_ops = { ...node.node_ops, getattr: (each) => ({ ...getattr(each), size }) };
}
