import { render } from 'preact';
import '../shared/tokens.css';
import '../shared/controls.css';
import './editor.css';
import './layers.css';
import './states.css';
import './charts.css';
import './tryIt/tryIt.css';
import './narrow.css';
import { watchTheme } from '../shared/themeColors';
import { openWebviewPort } from '../shared/webviewPort';
import { App } from './App';
import { EditorModel } from './editorModel';

// Questions leave before anything is drawn: the engine works while the page builds its frame.
const model = new EditorModel(openWebviewPort());
model.start();
watchTheme();
render(<App model={model} />, document.getElementById('root') ?? document.body);
