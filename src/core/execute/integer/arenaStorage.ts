import type { Tensor } from '../../ir/tensor';
import { plainStorage, type Storage, type StorageSource } from './storage';

/**
 * Memory in which tensors lie where a plan puts them, as they do in a microcontroller's arena: two that overlap while
 * both are needed spoil each other. Tensors without a place, and what kernels keep, get memory of their own.
 */
export function arenaStorage(bytes: number, places: ReadonlyMap<Tensor, number>): StorageSource {
  const buffer = new ArrayBuffer(bytes);
  return {
    allocate(byteLength: number, tensor?: Tensor): Storage {
      const address = tensor && places.get(tensor);
      return address === undefined ? plainStorage.allocate(byteLength) : { byteLength, address, buffer };
    },
  };
}
