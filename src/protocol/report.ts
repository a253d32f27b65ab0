import type { TransformAnswer } from '../core/answers/transformAnswer';

/** Contract of the before/after report's webview (quantize, prune). */

export interface ReportView {
  readonly answer: TransformAnswer;
  /** Epoch milliseconds. */
  readonly madeAtMs: number;
}

export type ReportAction = 'openResult' | 'openSource' | 'again' | 'revealInExplorer' | 'copyJson';

export interface ReportRequests {
  /** `id` is what the webview keeps (setState) so that the report opens again after a reload. */
  report: { params: null; result: ReportView & { readonly id: string } };
  act: { params: { readonly action: ReportAction }; result: null };
}
