import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startEngine } from '../testing/engine-server.ts';
import { Listener } from '../testing/listener.ts';

const jwt = { authorization: 'JWT u1' };

test('introspection is off in production', async () => {
	await using open = await startEngine();
	await using production = await startEngine({ introspection: false });
	const query = '{__schema{queryType{name}}}';
	assert.deepEqual((await open.post({ query })).body, { data: { __schema: { queryType: { name: 'Query' } } } });
	assert.equal((await production.post({ query })).status, 400);
	const { body } = await production.post({ query: '{userLst}' });
	assert.match(JSON.stringify(body), /Cannot query field \\"userLst\\" on type \\"Query\\"\."/);
	assert.match(JSON.stringify((await open.post({ query: '{userLst}' })).body), /Did you mean/);
});

test('where introspection is off nothing is suggested, neither for a document nor for variables, over any transport', async () => {
	await using server = await startEngine({ introspection: false });
	await using socket = await Listener.of(server);
	const pages = 'query($p:PageType){userList(page:$p){count}}';
	const wrong = [
		['{userLst{count}}', {}],
		['{userList}', {}],
		['{userList(pge:1){count}}', {}],
		['{userList(page:{pageSiz:1}){count}}', {}],
		['{userList{... on UserListTyp{count}}}', {}],
		['{hello @skp(if:true)}', {}],
		['query($p:PageTyp){userList(page:$p){count}}', {}],
		[pages, { p: { pageSiz: 1 } }],
	] as const;
	// Often enough that documents are compiled.
	for (let i = 0; i < 12; i++) {
		for (const [query, variables] of wrong) {
			const { status, body } = await server.post({ query, variables }, jwt);
			assert.equal(status, 400, query);
			assert.match(JSON.stringify(body), /"message":"(Cannot|Unknown|Field|Variable)/);
			assert.doesNotMatch(JSON.stringify(body), /Did you mean|pageSize/, query);
		}
	}
	socket.start(
		'a',
		`subscription($c:PageType){onNewChatMessage(channelIdentifier:"c",page:$c){channelIdentifier}}`,
		{},
	);
	assert.match(JSON.stringify(await socket.next()), /Unknown argument \\"page\\"/);
	socket.start('b', pages, { p: { pageSiz: 1 } });
	const answer = JSON.stringify(await socket.next());
	assert.match(answer, /is not defined by type \\"PageType\\"/);
	assert.doesNotMatch(answer, /Did you mean/);
});
