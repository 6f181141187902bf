import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type HtmlTagDescriptor, type Plugin, type Rolldown } from 'vite';

const WORTH_BYTES = 1024;
/** The best compression of a megabyte takes ten seconds, and the next best a third of one. */
const LARGE_BYTES = 400_000;
const TEXT = /\.(css|html|js|json|mjs|svg|xml)$/;
const brotli = promisify(brotliCompress);
const WAYS = {
  br: (content: Buffer) =>
    brotli(content, { params: { [constants.BROTLI_PARAM_QUALITY]: content.length < LARGE_BYTES ? 11 : 9 } }),
  gz: promisify(gzip),
};

/** Every text once more beside itself, compressed: no server spends its time on that. */
const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir = 'dist' }) {
    const files = await readdir(dir, { recursive: true, withFileTypes: true });
    const texts = files.filter((each) => each.isFile() && TEXT.test(each.name));
    await Promise.all(
      texts.map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        const content = await readFile(path);
        if (content.length < WORTH_BYTES) return;
        for (const [suffix, way] of Object.entries(WAYS)) await writeFile(`${path}.${suffix}`, await way(content));
      }),
    );
  },
});

const PROGRAM = '/src/main.tsx';
const FONT = /latin-wght-normal.*\.woff2$/;

/** The page names what `start.ts` is about to ask for, so that the browser need not run it to know. */
const announced = (): Plugin => ({
  name: 'announced',
  apply: 'build',
  transformIndexHtml: {
    order: 'post',
    handler(_, { bundle = {} }) {
      const chunks = Object.values(bundle).filter((each): each is Rolldown.OutputChunk => each.type === 'chunk');
      const files = new Set<string>();
      const take = (chunk: Rolldown.OutputChunk | undefined) => {
        if (!chunk || files.has(chunk.fileName)) return;
        files.add(chunk.fileName);
        for (const name of chunk.imports) take(chunks.find(({ fileName }) => fileName === name));
      };
      take(chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(PROGRAM)));
      if (files.size === 0) throw new Error(`nothing was built from ${PROGRAM}`);
      const font = Object.keys(bundle).find((name) => FONT.test(name) && !name.includes('latin-ext'));
      const tag = (attrs: HtmlTagDescriptor['attrs']): HtmlTagDescriptor => ({
        tag: 'link',
        injectTo: 'head',
        attrs: { crossorigin: true, ...attrs },
      });
      return [
        ...(font ? [tag({ rel: 'preload', as: 'font', type: 'font/woff2', href: `/${font}` })] : []),
        ...[...files].map((file) => tag({ rel: 'modulepreload', href: `/${file}` })),
      ];
    },
  },
});

const OFTEN = 8;
/** What every screen needs, in few files: a request each costs more than what it carries. */
const SHARED = [
  { name: 'react', test: /node_modules\/(react|react-dom|scheduler)\//, priority: 2 },
  { name: 'data', test: /node_modules\/(@tanstack|i18next|react-i18next|openapi-)/, priority: 2 },
  { name: 'parts', test: /node_modules|src\/(api|look|parts|session|words)\/\w+\.tsx?$/, minShareCount: OFTEN },
];

export default defineConfig({
  plugins: [react(), compressed(), announced()],
  resolve: {
    alias: {
      '@': new URL('./src', import.meta.url).pathname,
      '@examples': new URL('../examples/order-simple', import.meta.url).pathname,
    },
  },
  build: {
    sourcemap: false,
    manifest: true,
    // a data: URL would need a wider policy than the server's
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: SHARED } } },
  },
});
