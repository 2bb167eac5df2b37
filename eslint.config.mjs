import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The core is pure: time, ids and randomness arrive through ports. */
const ambient = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Take the time from the Clock port.',
  },
  {
    selector: "NewExpression[callee.name='Date'][arguments.length=0]",
    message: 'Take the time from the Clock port.',
  },
  {
    selector: "MemberExpression[object.name='Math'][property.name='random']",
    message: 'Take randomness from the Random port.',
  },
  {
    selector: "MemberExpression[object.name='process']",
    message: 'The core knows no process: pass configuration as arguments.',
  },
  { selector: "Identifier[name='randomUUID']", message: 'Take ids from the Ids port.' },
];

/** Case mapping of Unicode turns other characters into ASCII: a code that is not allowed becomes one that is. */
const unicodeCase = {
  selector: 'CallExpression[callee.property.name=/^to(Locale)?(Upper|Lower)Case$/]',
  message: 'Use asciiUpper or asciiLower of the kernel.',
};

/** Below a file, or below /proc, it never comes to its end, and holds a thread of the pool for good. */
const recursiveMkdir = {
  selector: "CallExpression[callee.name='mkdir'] Property[key.name='recursive']",
  message: 'Make folders with makeFolders.',
};

export default tseslint.config(
  { ignores: ['dist/**', 'cdk.out/**', 'coverage/**', '.fincore/**', '**/*.mjs', '**/*.cjs'] },
  ...tseslint.configs.strictTypeChecked,
  prettier,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-console': 'error',
    },
  },
  {
    files: ['src/core/**/*.ts', 'src/workflows/**/*.ts', 'src/runtime/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...ambient, unicodeCase] },
  },
  {
    files: ['src/{adapters,cli,compose,configuration,operations,verification}/**/*.ts', 'simulators/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', recursiveMkdir] },
  },
  {
    files: ['src/{adapters,cli,compose,configuration,operations,verification}/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', recursiveMkdir, unicodeCase] },
  },
  {
    files: ['src/api/**/*.ts', 'lambdas/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', unicodeCase] },
  },
  { files: ['src/core/kernel/ascii-case.ts'], rules: { 'no-restricted-syntax': ['error', ...ambient] } },
  { files: ['bin/**/*.ts', 'bench/**/*.ts'], rules: { 'no-console': 'off' } },
);
