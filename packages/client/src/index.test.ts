import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

test('importing the client loads neither undici nor ws: they are loaded by the first request and the first stream', () => {
	const script = `
		const loaded = () => Object.keys(require('node:module')._cache).map((path) => /node_modules.(undici|ws)./.exec(path)?.[1]).filter(Boolean);
		import('@matterkit/client').then(async ({ Mattermost }) => {
			const mm = new Mattermost({ url: 'http://127.0.0.1:1', token: 't', maxRetries: 0 });
			console.log(loaded().length);
			await mm.users.getMe().catch(() => {});
			console.log([...new Set(loaded())].join());
		});`;
	const output = execFileSync(process.execPath, [...process.execArgv, '-e', script], {
		cwd: import.meta.dirname,
		encoding: 'utf8',
	});
	assert.equal(output, '0\nundici\n');
});
