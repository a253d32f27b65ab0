import { ModelError } from '../../core/ir/errors';
import type { ByteSource } from '../../core/ports/byteSource';
import type { VisitHdf5 } from '../../core/ports/hdf5';
import type { H5wasm } from './hdf5File';
import { H5wasmFile } from './hdf5File';
import type { ReadFailure, VirtualFiles } from './virtualFile';
import { mount, silence } from './virtualFile';

let loading: Promise<VisitHdf5> | undefined;

/** The HDF5 library, loaded once and only when a file asks for it: it is 5 MB, and takes 20 MB of memory. */
export function loadHdf5(): Promise<VisitHdf5> {
  loading ??= load();
  return loading;
}

async function load(): Promise<VisitHdf5> {
  const library = await import('./h5wasmLibrary');
  const { FS } = await library.ready;
  const files = FS as unknown as VirtualFiles;
  silence(files);
  return visitor(library, files);
}

function visitor(library: H5wasm, files: VirtualFiles): VisitHdf5 {
  let mounted = 0;
  const withFile = <T>(source: ByteSource, work: (file: InstanceType<H5wasm['File']>) => T): T => {
    const path = `/model-${mounted++}.h5`;
    const failure: ReadFailure = { error: undefined };
    try {
      mount(files, path, source, failure);
      const file = new library.File(path, 'r');
      try {
        const result = work(file);
        if (failure.error !== undefined) throw unreadable(source, failure.error);
        return result;
      } finally {
        file.close();
      }
    } catch (error) {
      throw unreadable(source, failure.error ?? error);
    } finally {
      unmount(files, path);
    }
  };
  return (source, visit) =>
    withFile(source, (file) => {
      const readAgain = (path: string): Uint8Array => withFile(source, (again) => bytesOf(library, again, path));
      return visit(new H5wasmFile(library, file, source.name, source.size, readAgain));
    });
}

function unmount(files: VirtualFiles, path: string): void {
  try {
    files.unlink(path);
  } catch {
    // It was never there: the file was refused before.
  }
}

function bytesOf(library: H5wasm, file: InstanceType<H5wasm['File']>, path: string): Uint8Array {
  const dataset = file.get(path);
  const value = dataset instanceof library.Dataset ? dataset.value : null;
  if (!ArrayBuffer.isView(value)) throw new Error('the array cannot be read');
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

/** The library's own words are for its developers. */
function unreadable(source: ByteSource, error: unknown): ModelError {
  if (error instanceof ModelError) return error;
  return new ModelError('corrupt', `${source.name} is damaged: it cannot be read as an HDF5 file.`);
}
