// Imports point one way and run in no circle, neither of values nor of types:
// functions, infra, tools → shared/aws → shared/report → shared/pipeline → shared/domain; shared/xlsx stands alone.
const oneWay = (name, from, allowed) => ({
  name,
  comment: `${from} imports only itself and: ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^${from}/` },
  to: {
    path: '^(functions|infra|shared|test|tools)/',
    pathNot: [from, ...allowed].map((path) => `^${path}/`),
  },
});

const pure = {
  name: 'the-domain-is-pure',
  comment: 'shared/domain imports no library and nothing of Node: no files, no network, no clock',
  severity: 'error',
  from: { path: '^shared/domain/' },
  to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
};

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    pure,
    oneWay('domain', 'shared/domain', []),
    oneWay('pipeline', 'shared/pipeline', ['shared/domain']),
    oneWay('xlsx', 'shared/xlsx', []),
    oneWay('report', 'shared/report', ['shared/pipeline', 'shared/domain', 'shared/xlsx']),
    oneWay('aws', 'shared/aws', ['shared/report', 'shared/pipeline', 'shared/domain']),
    oneWay('functions', 'functions', ['shared']),
    oneWay('infra', 'infra', ['shared/aws', 'shared/report', 'shared/pipeline']),
    oneWay('tools', 'tools', ['functions', 'infra', 'shared']),
    {
      name: 'a-function-keeps-to-itself',
      comment: 'what two functions need is in shared/',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { path: '^functions/', pathNot: '^functions/$1/' },
    },
    {
      name: 'the-kernel-behind-one-interface',
      comment: 'only kernel.ts knows what stands where in its memory',
      severity: 'error',
      from: { pathNot: '^shared/domain/sampling/kernel/|^tools/kernel/' },
      to: { path: '^shared/domain/sampling/kernel/(?!kernel\\.ts$)' },
    },
    {
      name: 'aws-in-its-place',
      comment: 'only adapters, the CDK app and tools know AWS',
      severity: 'error',
      from: { path: '^shared/(domain|pipeline|report|xlsx)/' },
      to: { path: 'node_modules/(@aws-sdk|aws-cdk-lib|constructs)/' },
    },
  ],
  options: {
    // Types count: what imports a type depends on where it is written.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: 'shared/domain/sampling/kernel/assembly' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.d.ts', '.json'] },
  },
};
