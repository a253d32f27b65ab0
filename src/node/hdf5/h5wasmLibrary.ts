/** What the bundle dist/hdf5.js holds: 5 MB that only a process that opens an HDF5 file loads. */
export { Dataset, File, Group, ready } from 'h5wasm';
