/**
 * Preloaded into every test file's process: a file that does not end is a fault with a name, not a hang.
 * The runner's own time limit fails a test but waits for ever for what the test left open.
 */
const LIMIT = Number(process.env['TEST_FILE_TIMEOUT'] ?? 420_000);

setTimeout(() => {
  console.error(
    `${process.argv[1]}: still running after ${LIMIT / 1000} s; open: ${process.getActiveResourcesInfo().join(', ')}`,
  );
  process.exit(1);
}, LIMIT).unref();

// The runner ends a file with SIGTERM, which by itself skips the exit handlers that take child processes along.
process.once('SIGTERM', () => process.exit(143));
