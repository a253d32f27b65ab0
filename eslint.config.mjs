import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const nodeGlobals = Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly']));

const sizeLimits = {
  'max-lines': ['error', 400],
  'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
  complexity: ['error', 12],
};

const namedExportsOnly = {
  'no-restricted-exports': [
    'error',
    { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } },
  ],
};

export default defineConfig(
  {
    // AssemblyScript looks like TypeScript and is not: its own compiler checks it.
    ignores: [
      'src/assembly/',
      'dist/',
      'out/',
      'coverage/',
      '.vscode-test/',
      '.cache/',
      '.demo/',
      'test/fixtures/generated/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...sizeLimits,
      ...namedExportsOnly,
      eqeqeq: ['error', 'always'],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // With noUncheckedIndexedAccess, `samples[i]!` is how a loop says that its index is in range; a fallback value
      // instead would cost time in kernels and hide mistakes.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    files: ['test/**/*.ts', 'test/**/*.tsx'],
    rules: {
      // A describe block is one function, and a table of cases is one file's business.
      'max-lines-per-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-empty-function': 'off',
    },
  },
  {
    // Declarations describe classes that others wrote.
    files: ['**/*.d.ts'],
    rules: { '@typescript-eslint/no-extraneous-class': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: nodeGlobals },
    rules: { ...sizeLimits, eqeqeq: ['error', 'always'] },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: { sourceType: 'commonjs', globals: { ...nodeGlobals, module: 'writable', require: 'readonly' } },
  },
  {
    // Suites that mocha runs; what they evaluate in a page sees the browser's globals.
    files: ['test/e2e/**/*.e2e.mjs'],
    languageOptions: {
      globals: Object.fromEntries(
        ['after', 'afterEach', 'before', 'beforeEach', 'describe', 'document', 'it', 'navigator', 'window'].map(
          (name) => [name, 'readonly'],
        ),
      ),
    },
  },
  {
    files: ['test/**/*.mjs', 'test/**/*.cjs'],
    rules: { 'max-lines-per-function': 'off' },
  },
);
