/** Who may import whom, in one file. Each rule says what to do instead. No exceptions list. */
const context = '^src/core/(?!kernel/|ports/)([^/]+)/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      severity: 'error',
      comment: 'Move what both need into the lower of the two.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'Delete a module that nothing imports.',
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolved',
      severity: 'error',
      comment: 'Install the package or mend the path.',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'core-is-pure',
      severity: 'error',
      comment:
        'The core imports nothing outside itself: put the I/O behind a port in src/core/ports and implement it in src/adapters.',
      from: { path: '^src/core/' },
      to: { pathNot: '^src/core/' },
    },
    {
      name: 'kernel-imports-nothing',
      severity: 'error',
      comment: 'The kernel is the bottom: move what needs more into a context.',
      from: { path: '^src/core/kernel/' },
      to: { pathNot: '^src/core/kernel/' },
    },
    {
      name: 'ports-import-kernel',
      severity: 'error',
      comment: 'A port speaks in kernel words only.',
      from: { path: '^src/core/ports/' },
      to: { pathNot: '^src/core/(kernel|ports)/' },
    },
    {
      name: 'contexts-meet-at-the-index',
      severity: 'error',
      comment: 'Import another context through its index.ts.',
      from: { path: context },
      to: { path: context, pathNot: ['^src/core/$1/', '^src/core/[^/]+/index\\.ts$'] },
    },
    {
      name: 'index-only',
      severity: 'error',
      comment: 'Outside the core, import a context through its index.ts.',
      from: { path: '^(src/(workflows|runtime|verification|adapters|api|cli|operations|compose)|bin)/' },
      to: { path: context, pathNot: '^src/core/[^/]+/index\\.ts$' },
    },
    {
      name: 'workflows',
      severity: 'error',
      comment: 'Workflows are pure: kernel, ports and the indexes of contexts.',
      from: { path: '^src/workflows/' },
      to: { pathNot: '^src/(core|workflows)/' },
    },
    {
      name: 'adapters-reach-core-only',
      severity: 'error',
      comment: 'An adapter implements a port; wiring belongs in compose.',
      from: { path: '^src/adapters/([^/]+)/' },
      to: {
        path: '^(src|lib|bin|simulators|lambdas|web)/',
        pathNot: ['^src/core/', '^src/adapters/$1/', '^src/adapters/postgres/'],
      },
    },
    {
      name: 'only-aws-and-embedded-share-postgres',
      severity: 'error',
      comment: 'Shared SQL is for the embedded and aws adapters.',
      from: { path: '^src/adapters/', pathNot: '^src/adapters/(aws|embedded|postgres)/' },
      to: { path: '^src/adapters/postgres/' },
    },
    {
      name: 'api-knows-indexes',
      severity: 'error',
      comment: 'A route maps words to commands; pass the adapter in from compose.',
      from: { path: '^src/api/' },
      to: { path: '^(src|lib|bin|simulators|lambdas|web)/', pathNot: '^src/(api|core)/' },
    },
    {
      name: 'runtime-drives-any-context',
      severity: 'error',
      comment: 'What drives readers and jobs knows the core alone: a context says the rest in its manifest.',
      from: { path: '^src/runtime/' },
      to: { path: '^(src|lib|bin|simulators|lambdas|web)/', pathNot: '^src/(core|runtime)/' },
    },
    {
      name: 'configuration',
      severity: 'error',
      comment: 'Settings are read before anything is opened.',
      from: { path: '^src/configuration/' },
      to: {
        path: '^(src|lib|bin|simulators|lambdas|web)/',
        pathNot: '^src/(core|configuration|api/errors)/',
      },
    },
    {
      name: 'compose-is-the-only-wiring',
      severity: 'error',
      comment:
        'Only compose knows adapters, workflows and api together; only cli, operations, bin, lambdas, test and bench import compose.',
      from: { path: '^src/compose/' },
      to: { path: '^(src/cli|lib|bin|simulators|lambdas|web)/' },
    },
    {
      name: 'bin',
      severity: 'error',
      comment: 'What a person runs imports compose, cli, operations or configuration (or lib).',
      from: { path: '^bin/' },
      to: {
        path: '^(src|simulators|lambdas|web)/',
        pathNot: '^(src/(compose|cli|operations|configuration)|bin)/',
      },
    },
    {
      name: 'lambdas-are-thin',
      severity: 'error',
      comment:
        'A function reads its environment and calls compose; what it does belongs there, the cloud to lib.',
      from: { path: '^lambdas/' },
      to: {
        path: ['^(src|lib|bin|simulators|web|test|bench)/', '^node_modules/aws-cdk-lib/'],
        pathNot: ['^src/(compose|operations/canary|configuration)/', '^src/core/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'lib-describes-the-cloud',
      severity: 'error',
      comment:
        'The cloud is described from its configuration and the contexts: of a function take the types and names in its environment.ts.',
      from: { path: '^lib/' },
      to: {
        path: '^(src|bin|simulators|lambdas|web|test|bench)/',
        pathNot: ['^lambdas/[^/]+/environment\\.ts$', '^src/core/contexts\\.ts$'],
        // Names and shapes cost a template nothing.
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'lib-uses-the-cdk',
      severity: 'error',
      comment:
        'What describes the cloud needs the CDK, a schema and a bundler; anything else belongs to a program.',
      from: { path: '^lib/' },
      to: {
        dependencyTypes: ['npm', 'npm-dev', 'npm-optional', 'npm-peer'],
        pathNot: '^node_modules/(aws-cdk-lib|constructs|cdk-nag|esbuild|ajv|@sinclair/typebox)/',
      },
    },
    {
      name: 'only-lib-uses-the-cdk',
      severity: 'error',
      comment: 'A program knows nothing of how it is deployed: describe the cloud in lib.',
      from: { pathNot: '^(lib|test)/' },
      to: { path: '^node_modules/(aws-cdk-lib|constructs|cdk-nag)/' },
    },
    {
      name: 'simulators-stand-alone',
      severity: 'error',
      comment: 'A simulator speaks a wire protocol and knows nothing of src.',
      from: { path: '^simulators/' },
      to: { path: '^(src|lib|bin|lambdas|web|test|bench)/' },
    },
    {
      name: 'nobody-imports-tests',
      severity: 'error',
      comment: 'Move what is needed into src.',
      from: { pathNot: '^(test|bench|jest)' },
      to: { path: '^(test|bench)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
