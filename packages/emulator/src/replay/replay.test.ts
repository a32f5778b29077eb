import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator, defaultServer, type Emulator, type EmulatorOptions } from '../index.ts';
import { Counterparts } from './counterparts.ts';
import { differences } from './differences.ts';
import { Asker } from './http.ts';
import { readConversations, readExchanges } from './recordings.ts';
import { type Found, replayExchanges, type Target } from './rest.ts';
import { replayConversations, statusDelays } from './sockets.ts';

const rest = readExchanges('rest');
const other = readExchanges('other-settings');

/** Names of those for whom the recordings make personal access tokens, in the order in which they do. */
const restTokens = ['alice (personal access token)', 'bot'];
const socketTokens = ['bot', 'bot (second token)'];

test('every recorded REST exchange and WebSocket conversation happens again as recorded', async () => {
	// One world, as one server was recorded: who was online after the REST calls is in the first conversation.
	await using emulator = await createEmulator({ settings: { hub: statusDelays } });
	const target = targetOf(emulator);
	const counterparts = new Counterparts();
	const found = await replayExchanges(target, rest, counterparts, restTokens);
	for (const set of readConversations()) {
		found.push(...(await replayConversations(target, set, counterparts, socketTokens)));
	}
	check(found, 'rest');
});

test('the rate limiter answers as recorded', async () => {
	const rateLimit = { perSecond: 5, burst: 10 };
	check(await replayGroup('rate limiter', { settings: { rateLimit } }), 'rate limiter');
});

test('a server with default settings refuses tokens, bots and sign-up as recorded', async () => {
	check(await replayGroup('default settings', { settings: defaultServer }), 'default settings');
});

/** The recorded administrator logs in with the password that all users of the recordings have. */
async function setAdminPassword(emulator: Emulator): Promise<void> {
	using asker = new Asker(emulator.url);
	await asker.ask({
		method: 'PUT',
		path: `/api/v4/users/${emulator.admin.id}/password`,
		headers: { authorization: `Bearer ${emulator.admin.token}`, 'content-type': 'application/json' },
		body: JSON.stringify({ current_password: emulator.admin.password, new_password: 'Passw0rd!x' }),
	});
}

async function replayGroup(group: string, options: EmulatorOptions): Promise<Found[]> {
	await using emulator = await createEmulator(options);
	// The limiter counts in fifths of a second: on a slow machine they would pass between two requests.
	emulator.clock.stop();
	if (group === 'default settings') await setAdminPassword(emulator);
	const exchanges = other.filter((exchange) => exchange.group.startsWith(group));
	return await replayExchanges(targetOf(emulator), exchanges, new Counterparts());
}

function targetOf({ url, admin, clock, settings }: Emulator): Target {
	return {
		url,
		adminToken: admin.token,
		advance: (milliseconds) => clock.advance(milliseconds),
		postsTake: (milliseconds) => {
			settings.postTakes = milliseconds;
		},
	};
}

/** Fails on a difference that the table does not have, and on a line of the table that is no longer true. */
function check(found: readonly Found[], recording: string): void {
	const known = differences.filter((each) => each.recording === recording);
	const isKnown = ([where, what]: Found) => known.some((each) => each.where === where && what.startsWith(each.what));
	const unknown = found.filter((each) => !isKnown(each)).map(([where, what]) => `${where}\n    ${what}`);
	const gone = known.filter(
		(each) => !found.some(([where, what]) => where === each.where && what.startsWith(each.what)),
	);
	assert.deepEqual(unknown, [], `${unknown.length} differences that replay/differences.ts does not have`);
	assert.deepEqual(gone, [], 'lines of replay/differences.ts that are no longer true');
}
