import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';

test('the example of the documentation runs', async () => {
	const example = join(import.meta.dirname, '../../../examples/http-client.ts');
	const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', example]);
	for (const line of [
		'logged in as ada',
		'posted p1',
		'status 200 type application/json',
		'streamed 120000 bytes',
		'not found: not_found',
		/AuthenticationError: GET \S+\/users\/me: 401 Log in first \(no_token\)/,
		'gave up: true',
		/15 tokens .* took \d+ ms/,
	]) {
		assert.match(stdout, typeof line === 'string' ? new RegExp(`^${line}$`, 'm') : line);
	}
});
