/**
 * What a webview is sent: ranges and snapshots, never whole files. Positions in CSS pixels at zoom 1. Core builds these
 * views; the types are named here because they are part of the contract.
 */
export type { GraphView } from '../core/views/graphView';
export type { HistogramView } from '../core/views/histogramView';
export type { LayersView } from '../core/views/layersView';
export type {
  ArenaFiguresView,
  BufferView,
  MemoryOptionsView,
  MemoryPlanView,
  MemoryQuestion,
  MemoryView,
  NoPlanView,
  WhatIfRow,
} from '../core/views/memoryView';
export type { NodeView, TensorView } from '../core/views/nodeView';
export type { ModelOverview, OperatorShare } from '../core/views/overviewView';
export type { ProfileView } from '../core/views/profileView';
export type {
  RunFormView,
  RunInputView,
  RunOutputView,
  RunPictureView,
  RunTensorView,
  RunView,
} from '../core/views/runView';
