/** Builds the dashboard into `web-ui/dist`: plain files that a `'self'`-only Content-Security-Policy allows. */
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  // Every styled element names its component's hash: short, it costs the least.
  plugins: [svelte({ compilerOptions: { cssHash: ({ hash, filename, css }) => `s${hash(filename ?? css)}` } })],
  build: {
    target: 'es2023',
    // A data: URI or an inlined polyfill would need a hole in the policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
