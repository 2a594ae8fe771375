// Style is prettier's; this is about mistakes, and about imports that point one way:
// functions, infra, tools → shared/aws → shared/pipeline → shared/domain.
import tseslint from 'typescript-eslint';

const oneWay = (files, forbidden, message) => ({
  files: [files],
  rules: {
    '@typescript-eslint/no-restricted-imports': ['error', { patterns: [{ regex: forbidden, message }] }],
  },
});

export default tseslint.config(
  // What is in assembly/ is AssemblyScript, which its own compiler checks.
  { ignores: ['node_modules/', '.cache/', 'cdk.out/', '.larder/', 'out/', '**/*.js', '**/assembly/'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      eqeqeq: 'error',
      // A field is left out of a copy by taking it apart.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // Loaded on demand, because they are slow to load.
      '@typescript-eslint/no-require-imports': [
        'error',
        { allow: ['^\\./[\\w-]+(/[\\w-]+)?$', '/bench/\\w+$', '/infra/synthesize$', '/pipeline/mime$'] },
      ],
    },
  },
  {
    // Jest's matchers are of type any, and its `expect(object.method)` takes methods apart.
    files: ['test/**'],
    rules: {
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  oneWay(
    'shared/domain/**',
    '^[^.]|/(pipeline|aws|functions|infra|tools)/',
    'shared/domain is pure: it imports only itself',
  ),
  oneWay(
    'shared/pipeline/**',
    '/(aws|functions|infra|tools)/|^@aws-sdk|^aws-cdk',
    'shared/pipeline imports shared/domain and libraries, no AWS',
  ),
  oneWay(
    'shared/aws/**',
    '/(functions|infra|tools)/',
    'shared/aws imports shared/pipeline and shared/domain',
  ),
  oneWay('functions/**', '/(infra|tools)/', 'functions import only shared'),
  oneWay('infra/**', '/(functions|tools)/', 'infra imports only shared'),
);
