// `matterkit start` in a process of its own that may be killed at any time.
process.on('disconnect', () => process.exit());
await import('../../../../packages/cli/src/main.ts');
