import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
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
  },
});
