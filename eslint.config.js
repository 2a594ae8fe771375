// Style is prettier's, and imports are dependency-cruiser's; this is about mistakes.
import tseslint from 'typescript-eslint';

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
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
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
);
