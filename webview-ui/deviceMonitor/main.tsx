import './languageTag';
import { render } from 'preact';
import 'uplot/dist/uPlot.min.css';
import '../shared/tokens.css';
import '../shared/controls.css';
import './deviceMonitor.css';
import { watchTheme } from '../shared/themeColors';
import { openWebviewPort } from '../shared/webviewPort';
import { App } from './App';
import { MonitorModel } from './monitorModel';

const model = new MonitorModel(openWebviewPort());
model.start();
watchTheme();
render(<App model={model} />, document.getElementById('root') ?? document.body);
