// Types of the API's client, from the descriptions the services commit. Not committed: what cannot be stale cannot drift.
import { mkdir, writeFile } from 'node:fs/promises';
import openapiTS, { astToString } from 'openapi-typescript';

const services = ['registration', 'po-sync', 'invoicing', 'validation', 'signing', 'archive', 'notifications'];
const here = new URL('../src/api/generated/', import.meta.url);
await mkdir(here, { recursive: true });
for (const service of services) {
  const description = new URL(`../../services/${service}/openapi.json`, import.meta.url);
  const types = await openapiTS(description, { defaultNonNullable: false });
  await writeFile(new URL(`${service}.ts`, here), `/* generated */\n${astToString(types)}`);
}
