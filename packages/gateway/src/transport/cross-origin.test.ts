// What a browser asks for a page of another origin, and whether it would let the page have the answer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWorld } from '../testing/gateway-world.ts';

const page = 'https://chat.example.com';

for (const origins of [undefined, [page]]) {
	test(`a page of ${origins ? 'an allowed' : 'any'} origin may ask, listen and pass files`, async () => {
		await using world = await startWorld(origins ? { origins } : {});
		const ada = await world.person('ada');
		await world.channel(ada.token, 'general');
		/** As `fetch` of a browser does it: fails where the page would not get the answer. */
		const browse = async (path: string, init: RequestInit & { headers: Record<string, string> }) => {
			const url = world.origin + path;
			const names = Object.keys(init.headers).join();
			const asked = await fetch(url, {
				method: 'OPTIONS',
				headers: {
					origin: page,
					'access-control-request-method': init.method ?? 'GET',
					'access-control-request-headers': names,
				},
			});
			assert.equal(asked.status, 204, path);
			assert.match(asked.headers.get('access-control-allow-methods') ?? '', new RegExp(init.method ?? 'GET'));
			const allowed = asked.headers.get('access-control-allow-headers')?.split(', ');
			for (const name of names.split(',')) assert.ok(name === 'accept' || allowed?.includes(name), name);
			const answer = await fetch(url, { ...init, headers: { ...init.headers, origin: page } });
			for (const { headers } of [asked, answer])
				assert.equal(headers.get('access-control-allow-origin'), origins ? page : '*', path);
			return answer;
		};
		const authorization = `JWT ${ada.token}`;
		const json = { authorization, 'content-type': 'application/json' };
		const ask = (query: string, more: Record<string, string> = {}) =>
			browse('/graphql', { method: 'POST', headers: { ...json, ...more }, body: JSON.stringify({ query }) });
		assert.equal(await (await ask('{ me { username } }')).text(), '{"data":{"me":{"username":"ada"}}}');
		assert.equal((await ask('{ nothing }')).status, 400);
		const stream = await ask('{ me { username } }', { accept: 'text/event-stream' });
		assert.match(await stream.text(), /event: complete/);
		const file = { method: 'POST', headers: { authorization, 'content-type': 'text/plain' }, body: 'hello' };
		const sent = await browse('/graphql/files?channel=general&name=a.txt', file);
		const { id } = (await sent.json()) as { id: string };
		const fetched = await browse(`/graphql/files/${id}`, { headers: { authorization } });
		assert.equal(await fetched.text(), 'hello');
		assert.match(fetched.headers.get('access-control-expose-headers') ?? '', /content-disposition/);
		assert.equal((await browse('/graphql/files/x', { headers: { authorization } })).status, 400);
	});
}

test('a page of another origin than those allowed gets nothing, not even beforehand', async () => {
	await using world = await startWorld({ origins: [page] });
	for (const [path, methods] of [
		['/graphql', ['OPTIONS', 'GET', 'POST']],
		['/graphql/files', ['OPTIONS', 'POST']],
		['/graphql/files/x', ['OPTIONS', 'GET']],
	] as const) {
		for (const method of methods) {
			const { status, headers } = await fetch(world.origin + path, {
				method,
				headers: { origin: 'https://evil.example.com' },
			});
			assert.equal(status, 403, `${method} ${path}`);
			assert.equal(headers.get('access-control-allow-origin'), null);
		}
	}
});
