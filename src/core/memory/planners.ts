import { planGreedily, type ArenaPlan, type PlanRequest } from './greedyPlanner';
import { searchPlacement } from './search/placement';

/** TFLM's own planner, our search for the lowest placement, or a place of its own for every buffer. */
export type PlannerId = 'greedy' | 'search' | 'linear';

export const PLANNERS: readonly PlannerId[] = ['greedy', 'search', 'linear'];

/** Places buffers by the planner of this name; null when there are too many alive together, or they are too large. */
export function placeBy(planner: PlannerId, requests: readonly PlanRequest[]): ArenaPlan | null {
  switch (planner) {
    case 'greedy':
      return planGreedily(requests);
    case 'search':
      return searchPlacement(requests.map(({ bytes, first, last }) => ({ bytes, first, last })))?.best ?? null;
    case 'linear':
      return placeLinearly(requests);
  }
}

/** One after another, nothing used twice. */
function placeLinearly(requests: readonly PlanRequest[]): ArenaPlan {
  let bytes = 0;
  const offsets = Float64Array.from(requests, (request) => {
    const offset = bytes;
    bytes += request.bytes;
    return offset;
  });
  return { offsets, bytes };
}
