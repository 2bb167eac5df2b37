import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { resourcesOf, readCloud } from './synthesised-cloud';

const templates = readCloud().templates('dev');
const dockerfile = readFileSync('Dockerfile', 'utf8');
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean }>>;
};
/** What the image holds of dist/. */
const programs = readdirSync('dist').filter((name) => /^aws-.*\.js$/.test(name));

describe('the image of the programs', () => {
  test('runs them on the Node.js of the functions, as a user without rights', () => {
    const versions = [...dockerfile.matchAll(/^FROM \S*node(?:js|:)(\d+)/gm)].map(([, major]) => major);
    const functions = [...templates.values()].flatMap((template) =>
      resourcesOf(template, 'AWS::Lambda::Function').map(([, { Properties }]) => Properties?.['Runtime']),
    );
    expect(versions).toHaveLength(2);
    for (const major of versions) expect(functions).toContain(`nodejs${String(major)}.x`);
    expect(dockerfile.match(/^USER (.*)$/m)?.[1]).toBe('65532:65532');
  });

  test('holds every program that a task runs, with its source map', () => {
    expect(dockerfile).toContain('COPY --from=build /build/dist/aws-*.js /build/dist/aws-*.js.map ./');
    const commands = [...templates.values()].flatMap((template) =>
      resourcesOf(template, 'AWS::ECS::TaskDefinition').flatMap(([, { Properties }]) =>
        (Properties?.['ContainerDefinitions'] as { readonly Command?: readonly string[] }[]).flatMap(
          ({ Command = [] }) => Command.filter((word) => word.endsWith('.js')),
        ),
      ),
    );
    expect(commands).toEqual(expect.arrayContaining(['aws-api.js', 'aws-relay.js', 'aws-migrate.js']));
    for (const command of commands) {
      expect(programs).toContain(command);
      expect(existsSync(`dist/${command}.map`)).toBe(true);
    }
  });

  test.each(programs)('%s requires nothing that the image leaves out', (program) => {
    const required = [...readFileSync(`dist/${program}`, 'utf8').matchAll(/\brequire\("([^"]+)"\)/g)]
      .map(([, name = '']) => name)
      .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
    const packages = required.map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
    expect(packages).not.toEqual([]);
    for (const name of packages) {
      const { dev = false, optional = false } = lock.packages[`node_modules/${name}`] ?? { dev: true };
      expect({ name, dev, optional }).toEqual({ name, dev: false, optional: false });
    }
  });
});
