import type { EditorState } from '../../../src/protocol/modelEditor';
import { Icon } from '../../shared/Icon';
import { TEXT_COLUMNS, type FigureColumn } from './layerColumns';

interface LayersHeadProps {
  readonly columns: readonly FigureColumn[];
  readonly sort: EditorState['layersSort'];
  readonly onSort: (sort: EditorState['layersSort']) => void;
}

/** Column heads; a click sorts, figures largest first, a third click gives the file's order back. */
export function LayersHead({ columns, sort, onSort }: LayersHeadProps) {
  return (
    <div class="layer-row head" role="row" aria-rowindex={1}>
      {TEXT_COLUMNS.map((column) => (
        <Head
          key={column.key}
          column={column.key}
          className={column.key}
          descendingFirst={false}
          {...{ sort, onSort }}
          wideOnly={column.wideOnly}
        >
          {column.title}
        </Head>
      ))}
      {columns.map((column) => (
        <Head
          key={column.key}
          column={column.key}
          className="figure"
          descendingFirst
          {...{ sort, onSort }}
          wideOnly={column.wideOnly}
        >
          {column.title}
        </Head>
      ))}
    </div>
  );
}

interface HeadProps {
  readonly column: string;
  readonly className: string;
  readonly descendingFirst: boolean;
  readonly wideOnly: boolean;
  readonly sort: EditorState['layersSort'];
  readonly onSort: (sort: EditorState['layersSort']) => void;
  readonly children: string;
}

function Head({ column, className, descendingFirst, wideOnly, sort, onSort, children }: HeadProps) {
  const own = sort?.column === column ? sort : null;
  const next = (): EditorState['layersSort'] => {
    if (own === null) return { column, descending: descendingFirst };
    return own.descending === descendingFirst ? { column, descending: !descendingFirst } : null;
  };
  return (
    <span
      class={`${className} ${wideOnly ? 'wide-only' : ''}`}
      role="columnheader"
      aria-sort={own === null ? 'none' : own.descending ? 'descending' : 'ascending'}
    >
      <button
        type="button"
        onClick={() => {
          onSort(next());
        }}
      >
        {children}
        {own === null ? null : <Icon name={own.descending ? 'chevronDown' : 'chevronUp'} size="small" />}
      </button>
    </span>
  );
}
