import type { ConvertAnswer } from '../core/answers/convertModel';
import type { PlanAnswer } from '../core/answers/planModel';
import type { StripAnswer } from '../core/answers/stripModel';
import type { InspectAnswer } from '../core/answers/inspectAnswer';
import type { TransformAnswer } from '../core/answers/transformAnswer';
import type { StripLevel } from '../core/formats/tflite/bareModel';
import type { Limit } from '../core/budget/budget';
import type { BudgetPlan, BudgetRefusal } from '../core/budget/budgetPlan';
import type { ModelCheck } from '../core/budget/modelCheck';
import type { PixelScale } from '../core/datasets/picture';
import type { Progress } from '../core/ports/progress';
import type { Board } from '../core/targets/board';
import type { ShapeBindings } from '../core/transforms/run/bindInputs';
import type { Runtime, RuntimeId } from '../core/targets/runtime';
import type { RunFileRequests, RunRequests } from './run';
import type {
  GraphView,
  HistogramView,
  LayersView,
  MemoryOptionsView,
  MemoryPlanView,
  MemoryQuestion,
  ModelOverview,
  NodeView,
  NoPlanView,
  ProfileView,
} from './views';

/** Contracts between the extension host and its child processes (inspector, job, device). */

/** A model file on this machine's disk; other schemes are spooled to one first. */
export interface ModelFile {
  readonly path: string;
  /** The name the user knows it by. */
  readonly name: string;
  /** The folder whose `.vscode/tinyml-boards.json` describes boards; left out, the model's own folder and those above. */
  readonly workspace?: string;
}

interface ModelRequest {
  readonly file: ModelFile;
}

interface GraphRequest extends ModelRequest {
  readonly graph: number;
}

/** A model against limits, none for a model that no budget names. */
export interface CheckRequest extends ModelRequest {
  /** What the answer calls the model. */
  readonly name: string;
  readonly limits: readonly Limit[];
  /** A board, or the id of one of the catalog or of the model's workspace. */
  readonly board: Board | string | null;
  readonly runtime: RuntimeId;
}

interface TargetRequest extends ModelRequest {
  readonly board: string | null;
  readonly runtime: RuntimeId;
}

/** Every request names its file, so that a restarted inspector answers the next one. */
export interface InspectorRequests {
  inspect: { params: ModelRequest; result: InspectAnswer };
  overview: { params: ModelRequest; result: ModelOverview };
  layers: { params: GraphRequest; result: LayersView };
  graph: { params: GraphRequest; result: GraphView };
  node: { params: GraphRequest & { readonly node: number }; result: NodeView };
  histogram: { params: GraphRequest & { readonly tensor: number }; result: HistogramView };
  profile: {
    params: GraphRequest & {
      readonly board: string | null;
      readonly runtime: RuntimeId;
      /** A built firmware on this machine's disk. */
      readonly firmware?: string | null;
    };
    result: ProfileView;
  };
  /** What a `tinyml.json` asks for, and the files it names. */
  budgets: { params: { readonly config: string }; result: BudgetPlan | BudgetRefusal };
  check: { params: CheckRequest; result: ModelCheck };
  memoryOptions: { params: TargetRequest; result: MemoryOptionsView };
  memoryPlan: { params: TargetRequest & { readonly question: MemoryQuestion }; result: MemoryPlanView | NoPlanView };
  boards: { params: null; result: readonly Board[] };
  runtimes: { params: null; result: readonly Runtime[] };
}

export type RangeMethod = 'minmax' | 'mse' | 'percentile';

export interface QuantizeRequest extends ModelRequest {
  readonly output: string;
  /** A folder of calibration data. */
  readonly data: string;
  readonly ranges: RangeMethod;
  /** Samples to read at most. */
  readonly limit: number;
  /** What pictures and bytes of the data are scaled to; left out: 0..1. */
  readonly scale?: PixelScale;
  readonly runtime: RuntimeId;
}

export interface PruneRequest extends ModelRequest {
  readonly output: string;
  /** Share of each layer's weights to zero, 0 to 1. */
  readonly amount: number;
  /** Data to measure on; null measures nothing. */
  readonly data: string | null;
  readonly limit: number;
  /** As for QuantizeRequest. */
  readonly scale?: PixelScale;
  readonly runtime: RuntimeId;
}

export interface ConvertRequest extends ModelRequest {
  readonly output: string;
  /** Free dimensions of the inputs, by input or symbol; 1 if left out. */
  readonly shapes?: ShapeBindings;
  /** Whether inputs and outputs keep their shapes (`file`, the default) or get the other format's order. */
  readonly layout?: 'file' | 'native';
}

export interface ConvertRequests {
  convert: { params: ConvertRequest; result: ConvertAnswer };
}

export interface PlanRequest extends ModelRequest {
  readonly output: string;
  /** The plan serves the worst of them. */
  readonly runtimes: readonly RuntimeId[];
  /** Id of the board whose core decides which CMSIS-NN kernels are meant. */
  readonly board: string | null;
}

export interface PlanRequests {
  plan: { params: PlanRequest; result: PlanAnswer };
}

export interface StripRequest extends ModelRequest {
  readonly output: string;
  /** Who must still be able to load the file. */
  readonly level: StripLevel;
}

export interface StripRequests {
  strip: { params: StripRequest; result: StripAnswer };
}

export interface TransformRequests {
  quantize: { params: QuantizeRequest; result: TransformAnswer };
  prune: { params: PruneRequest; result: TransformAnswer };
}

/** Jobs that write a model beside another. */
export interface WritingRequests extends TransformRequests, ConvertRequests, PlanRequests, StripRequests {}

/** A job child that runs models keeps the last one loaded, with its state, until it is told to end. */
export interface JobRequests extends WritingRequests, RunRequests<ModelRequest>, RunFileRequests {}

export interface JobNotifications {
  progress: Progress;
}

/** What a rejected request carries in `error.data`, so that the reason survives the wire. */
export interface ErrorData {
  readonly reason: string;
  readonly details: readonly string[];
}
