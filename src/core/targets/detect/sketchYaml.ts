import { distinct, type ProjectHint } from './projectHint';

/**
 * Boards of an Arduino `sketch.yaml`: the default one first. Source: Arduino CLI documentation, "Sketch project file":
 * `default_fqbn` and `profiles.NAME.fqbn`, each `VENDOR:ARCHITECTURE:BOARD[:OPTIONS]`.
 */
export function sketchYamlHints(text: string): readonly ProjectHint[] {
  const chosen: string[] = [];
  const others: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:-\s*)?(default_fqbn|fqbn)\s*:\s*["']?([\w.-]*:[\w.-]*:([\w.-]+))/.exec(line);
    if (match) (match[1] === 'default_fqbn' ? chosen : others).push(match[3]!);
  }
  return distinct([...chosen, ...others].map((name) => ({ kind: 'arduino', name })));
}
