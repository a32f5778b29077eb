// GraphQL over HTTP as those see it who wrote the specification: the audits of the npm package graphql-http.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditServer } from 'graphql-http';
import { startWorld } from '../testing/gateway-world.ts';

test('all that GraphQL over HTTP says a server MUST do is done, and what it SHOULD but for what the reference does', async () => {
	await using world = await startWorld();
	for (const path of ['/graphql', '/graphql/']) {
		const results = await auditServer({ url: world.origin + path });
		assert.ok(results.length > 50);
		const named = (status: string) =>
			results.filter((result) => result.status === status).map(({ id, name }) => `${id} ${name}`);
		assert.deepEqual(named('error'), []);
		// The reference answers these with 400 (recorded), as anyone does who accepts application/graphql-response+json.
		assert.deepEqual(named('warn'), [
			'572B SHOULD use 200 status code on document parsing failure when accepting application/json',
			'FDE2 SHOULD use 200 status code on document validation failure when accepting application/json',
			'7B9B SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
		]);
	}
});
