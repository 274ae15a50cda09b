/** The import rules of docs/ARCHITECTURE.md. A folder says where the code runs and what it may touch. */
const src = (pattern) => `^src/${pattern}`;

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'Two files that need each other are one thing in two places. Move what both need into a third.',
      from: {},
      to: { circular: true },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'The rules run in the workflow sandbox and on every replay: they import themselves only.',
      from: { path: src('domain/') },
      to: { pathNot: src('domain/') },
    },
    {
      name: 'plan-format-is-pure',
      severity: 'error',
      comment: 'What stands in git is text in, text out. It knows the domain, and remark for Markdown.',
      from: { path: src('plan-format/') },
      to: { pathNot: [src('(plan-format|domain)/'), 'node_modules/(remark|remark-gfm|@types/mdast|mdast|unified)'] },
    },
    {
      name: 'views-are-pure',
      severity: 'error',
      comment: 'Views turn state into words; they fetch nothing.',
      from: { path: src('views/') },
      to: { pathNot: [src('(views|contracts|domain)/'), 'node_modules/string-width'] },
    },
    {
      name: 'contracts-are-types',
      severity: 'error',
      comment: 'What crosses a process border is described, not done.',
      from: { path: src('contracts/') },
      to: { pathNot: src('(contracts|domain)/') },
    },
    {
      name: 'workflows-stay-deterministic',
      severity: 'error',
      comment: 'A workflow hears, decides and carries out. Anything else would break replay.',
      from: { path: src('workflows/') },
      to: { pathNot: [src('(workflows|views|contracts|domain)/'), 'node_modules/@temporalio/(workflow|common)'] },
    },
    {
      name: 'workflows-by-path-only',
      severity: 'error',
      comment: 'Workflow code is loaded by the bundle; importing it elsewhere runs it outside the sandbox.',
      from: { path: '^src/', pathNot: src('workflows/') },
      to: { path: src('workflows/') },
    },
    {
      name: 'activities-use-ports',
      severity: 'error',
      comment: 'An activity talks to the world through ports, so that a test can hand it another one.',
      from: { path: src('activities/') },
      to: {
        path: '^src/',
        pathNot: [
          src('(activities|plan-format|views|contracts|domain)/'),
          src('adapters/[^/]+/port\\.ts$'),
          src('(log|own-files|crash-point)\\.ts$'),
        ],
      },
    },
    {
      name: 'temporal-in-two-files',
      severity: 'error',
      comment: 'Only bind.ts and scope.ts know Temporal; every other activity is a plain function.',
      from: { path: src('activities/'), pathNot: src('activities/(bind|scope)\\.ts$') },
      to: { path: 'node_modules/@temporalio' },
    },
    {
      name: 'adapters-know-no-neighbour',
      severity: 'error',
      comment: "An adapter may use another folder's port, never its implementation.",
      from: { path: src('adapters/([^/]+)/') },
      to: {
        path: '^src/',
        pathNot: [
          src('adapters/$1/'),
          src('adapters/[^/]+/port\\.ts$'),
          src('(contracts|domain)/'),
          src('(log|own-files|crash-point)\\.ts$'),
          src('processes/(step-directory|process-tree[^/]*|process-identity|owner-lock|server-directory|lease)\\.ts$'),
        ],
      },
    },
    {
      name: 'temporal-client-in-one-folder',
      severity: 'error',
      comment: 'One folder talks to the server from outside a workflow.',
      from: { path: '^src/', pathNot: src('adapters/temporal/') },
      to: { path: 'node_modules/@temporalio/client' },
    },
    {
      name: 'processes-are-small',
      severity: 'error',
      comment: 'Our small processes start thousands of times: node: and a few files of their own.',
      from: { path: src('processes/') },
      to: {
        pathNot: [src('processes/'), src('domain/(ids|result)\\.ts$'), src('crash-point\\.ts$')],
        dependencyTypesNot: ['core'],
      },
    },
    {
      name: 'config-is-below',
      severity: 'error',
      comment: 'Config is read before anything is built; it learns the names of kinds from its caller.',
      from: { path: src('config/') },
      to: { path: '^src/', pathNot: src('(config|contracts|domain)/') },
    },
    {
      name: 'nobody-imports-entries',
      severity: 'error',
      comment: 'client.ts and worker.ts are entries. Only the commands that start a worker load worker.ts.',
      from: { path: '^src/', pathNot: src('cli/') },
      to: { path: src('(client|worker)\\.ts$') },
    },
    {
      name: 'cli-arrows',
      severity: 'error',
      comment: 'The command line asks and prints; activities and workflows are reached through Temporal.',
      from: { path: src('cli/') },
      to: { path: src('(activities|workflows|processes)/') },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      comment: 'A file that nobody imports is dead.',
      from: { orphan: true, path: '^src/', pathNot: src('(client|worker)\\.ts$') },
      to: {},
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
