// Several services on one PostgreSQL: any of them accepts, any of them posts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openStore } from '@matterkit/store';
import { type PostgresServer, startPostgres, until } from '@matterkit/testing';
import type { NotifierTables } from '../outbox/tables.ts';
import type { Fault } from '../testing/faulty-server.ts';
import { borrow, startService } from '../testing/service.ts';
import { type ServiceProcess, startServiceProcess } from '../testing/service-process.ts';
import { createWorld, type World } from '../testing/world.ts';

let postgres: PostgresServer | undefined;
before(async () => {
	postgres = await startPostgres();
});
after(() => postgres?.[Symbol.asyncDispose]());

test('what one process accepts another one is woken to post, at once and not at its next look', async (t) => {
	if (!postgres) return t.skip('PostgreSQL is not installed');
	await using world = await createWorld();
	await world.person('john.doe');
	const url = await postgres.createDatabase('waking');
	await using acceptingStore = await openStore({ url });
	await using postingStore = await openStore({ url });
	// It can't reach Mattermost, so it posts nothing itself.
	await using accepting = await startService({ ...world, url: 'http://127.0.0.1:9' }, { store: acceptingStore });
	await using _posting = await startService(world, { store: postingStore });
	const send = (requestId: number) =>
		accepting.request('/send?wait=60s', { method: 'POST', body: { ...borrow, requestId } });
	// Names are looked up once.
	assert.equal((await send(0)).body.status, 'sent');
	const count = 8;
	const took: number[] = [];
	for (let requestId = 1; requestId <= count; requestId++) {
		const began = performance.now();
		assert.equal((await send(requestId)).body.status, 'sent');
		took.push(performance.now() - began);
	}
	// The other looks by itself every 2 s: without a call each but the first would have waited for that, being sent right after a look.
	assert.ok(Math.min(...took.slice(1)) < 1_500, `${took} ms`);
	assert.equal((await world.channelMessages()).length, count + 1);
});

let databases = 0;
/** Two processes on one empty database. */
async function startTwo(world: World, options: { slots?: number; postTimeout?: number } = {}) {
	if (!postgres) return undefined;
	await using opened = new AsyncDisposableStack();
	const databaseUrl = await postgres.createDatabase(`processes_${++databases}`);
	const one = opened.use(await startServiceProcess(world, { databaseUrl, ...options }));
	const other = opened.use(await startServiceProcess(world, { databaseUrl, ...options }));
	const store = opened.use(await openStore({ url: databaseUrl }));
	const states = async () => {
		const rows = await store.db<NotifierTables>().selectFrom('notifier_delivery').select('state').execute();
		return rows.map(({ state }) => state);
	};
	const held = opened.move();
	return { one, other, states, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

test('a thousand equal requests at once to two processes make one post, and all are told of it', {
	timeout: 400_000,
}, async (t) => {
	await using world = await createWorld();
	await world.person('john.doe');
	await using services = await startTwo(world);
	if (!services) return t.skip('PostgreSQL is not installed');
	const { one, other } = services;
	let accepted = 0;
	/** Until it is told how it ended: on a busy machine the wait may be over before, or the database refuse so many at once. */
	const ask = async (service: ServiceProcess) => {
		for (;;) {
			const { skipped, ...answer } = await service.send(borrow, '30s');
			if (answer.id !== undefined && !skipped) accepted++;
			if (answer.status === 'sent') return JSON.stringify(answer);
		}
	};
	const told = new Set(await Promise.all(Array.from({ length: 1_000 }, (_, n) => ask(n % 2 ? one : other))));
	assert.equal(told.size, 1);
	assert.ok(accepted <= 1, `${accepted} were told that theirs is the first`);
	assert.equal((await world.channelMessages()).length, 1);
});

test('a process that stands still past its lease, wherever it was, makes no second post when it goes on', async (t) => {
	await using world = await createWorld();
	// As many slots as people that are posted to: the others wait for one, with everything written down.
	await using services = await startTwo(world, { slots: 2, postTimeout: 1_000 });
	if (!services) return t.skip('PostgreSQL is not installed');
	const { one, other, states } = services;
	const people = ['looked-up', 'posted', 'lost', 'waiting', 'waiting-too'];
	for (const person of people) await world.person(person);
	const notify = (names: readonly string[], requestId: number) =>
		Promise.all(names.map((name) => one.send({ ...borrow, userId: name, mattermostUsername: name, requestId })));
	// What pending_post_id is worth ends after 30 s.
	const forget = () => world.server.emulator.clock.advance(31_000);
	other.stop();
	const known = people.slice(1);
	await notify(known, 1);
	await until('they are known', async () => (await world.channelMessages()).length === known.length);

	// Their posts: one that is made, one that is not, and two that have yet to leave when the process stops.
	const faults: Fault[] = ['hang', 'stall'];
	world.server.fault = ({ method, url }) => (method === 'POST' && url === '/api/v4/posts' ? faults.shift() : undefined);
	await notify(known, 2);
	await until('all are being sent', async () => {
		const sending = (await states()).filter((state) => state === 'sending');
		return sending.length === known.length && faults.length === 0;
	});
	one.stop();
	other.goOn();
	await until('the other process has done it', async () => (await states()).every((state) => state === 'sent'), {
		timeout: 60_000,
	});
	forget();
	one.goOn();

	// It is answered who the person is when it has lost them already.
	await until(
		'it works again',
		async () =>
			(await one.send({ ...borrow, userId: 'posted', mattermostUsername: 'posted', requestId: 3 }, '60s')).status ===
			'sent',
	);
	other.stop();
	world.server.fault = ({ url }) => {
		if (!url?.startsWith('/api/v4/users/username/looked-up')) return undefined;
		one.stop();
		other.goOn();
		world.server.fault = () => undefined;
		return undefined;
	};
	await one.send({ ...borrow, mattermostUsername: 'looked-up', requestId: 4 });
	await until('the other process has done it', async () => (await states()).every((state) => state === 'sent'), {
		timeout: 60_000,
	});
	forget();
	one.goOn();
	const last = await one.send({ ...borrow, userId: 'posted', mattermostUsername: 'posted', requestId: 5 }, '60s');
	assert.equal(last.status, 'sent');
	const counts = Object.groupBy(await world.channelMessages(), (message) => message.split(' ')[0] ?? '');
	assert.deepEqual(
		people.map((name) => counts[`@${name}`]?.length),
		[1, 4, 2, 2, 2],
	);
	// The auditor has deleted nothing either.
	const made = world.server.requests.filter((request) => request === 'POST /api/v4/posts');
	assert.equal(made.length, 11 + 1, 'and the one that never got through');
});

test('two services that take from the same lines post each notification once, in each person’s order', async (t) => {
	if (!postgres) return t.skip('PostgreSQL is not installed');
	await using world = await createWorld();
	const people = await Promise.all(Array.from({ length: 8 }, (_, n) => world.person(`person-${n}`)));
	const url = await postgres.createDatabase('lines');
	await using oneStore = await openStore({ url });
	await using otherStore = await openStore({ url });
	const options = { dmPolicy: 'always', slots: 4 } as const;
	await using one = await startService(world, { ...options, store: oneStore });
	await using other = await startService(world, { ...options, store: otherStore });
	let posts = 0;
	// Every fifth answer is lost.
	world.server.fault = ({ method, url }) =>
		method === 'POST' && url === '/api/v4/posts' && ++posts % 5 === 0 ? 'drop' : undefined;
	for (let requestId = 0; requestId < 10; requestId++)
		await Promise.all(
			people.map(({ username }, n) =>
				((requestId + n) % 2 ? one : other).notifier.send({
					...borrow,
					userId: n,
					mattermostUsername: username,
					requestId,
				}),
			),
		);
	const isIdle = async () => Object.values((await one.notifier.status()).deliveries).every((count) => count === 0);
	await until('all are posted', isIdle, { timeout: 60_000 });
	for (const person of people) {
		const numbers = (await world.directMessages(person)).map((message) => Number(/borrow\/(\d+)/.exec(message)?.[1]));
		assert.deepEqual(numbers, [...Array(10).keys()], person.username);
	}
	for (const { notifier } of [one, other]) {
		const text = await notifier.metrics.metrics();
		assert.match(text, /matterkit_notifier_sent_total [1-9]/, 'both took part');
		assert.match(text, /matterkit_notifier_doubled_total 0\n/);
	}
});

test('PostgreSQL that dies while a batch is under way loses nothing of it and doubles nothing', async (t) => {
	if (!postgres) return t.skip('PostgreSQL is not installed');
	await using world = await createWorld();
	const people = await Promise.all(Array.from({ length: 8 }, (_, n) => world.person(`person-${n}`)));
	await using store = await openStore({ url: await postgres.createDatabase('crashing') });
	await using service = await startService(world, { dmPolicy: 'always', store });
	const server = postgres;
	let posts = 0;
	let crash: Promise<void> | undefined;
	world.server.fault = ({ method, url }) => {
		if (method === 'POST' && url === '/api/v4/posts' && ++posts === 20)
			crash = server.crash().then(() => server.start());
		return undefined;
	};
	for (let requestId = 0; requestId < 6; requestId++)
		await Promise.all(
			people.map(async ({ username }, n) => {
				const body = { ...borrow, userId: n, mattermostUsername: username, requestId };
				await until(
					'it is accepted',
					async () => (await service.request('/send', { method: 'POST', body })).status < 300,
					{
						timeout: 60_000,
						every: 50,
					},
				);
			}),
		);
	const isIdle = () =>
		service.notifier.status().then(
			({ deliveries }) => Object.values(deliveries).every((count) => count === 0),
			() => false,
		);
	await until('all are posted', isIdle, { timeout: 60_000 });
	assert.ok(crash);
	await crash;
	for (const person of people) {
		const numbers = (await world.directMessages(person)).map((message) => Number(/borrow\/(\d+)/.exec(message)?.[1]));
		assert.deepEqual(numbers, [...Array(6).keys()], person.username);
	}
});
