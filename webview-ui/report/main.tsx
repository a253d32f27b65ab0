import { render } from 'preact';
import '../shared/tokens.css';
import '../shared/controls.css';
import './report.css';
import { caller } from '../../src/protocol/connection';
import type { ReportAction, ReportRequests } from '../../src/protocol/report';
import { openWebviewPort } from '../shared/webviewPort';
import { ReportPage } from './ReportPage';

const root = document.getElementById('root') ?? document.body;
const port = openWebviewPort();
const host = caller<ReportRequests, object>(port.connection);
port.connection.listen();

const act = (action: ReportAction): void => {
  void host.request('act', { action });
};

host.request('report', null).then(
  (report) => {
    port.setState({ id: report.id });
    render(<ReportPage report={report} act={act} />, root);
  },
  (error: unknown) => {
    render(
      <p class="report-failed">{error instanceof Error ? error.message : 'The report could not be read.'}</p>,
      root,
    );
  },
);
