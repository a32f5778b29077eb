import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '@matterkit/testing';
import { createEmulator, type Seed } from './index.ts';

const seed: Seed = {
	users: [
		{ username: 'ada', password: 'Lovelace-1' },
		{ username: 'bob', admin: true },
	],
	bots: [{ username: 'helper', display_name: 'Helper' }],
	teams: [
		{
			name: 'eng',
			members: ['bob'],
			channels: [
				{
					name: 'ops',
					members: ['ada', 'helper'],
					posts: [
						{ by: 'ada', message: 'it burns', replies: [{ by: 'helper', message: 'on it' }] },
						{ by: 'ada', message: 'thanks', create_at: 1_900_000_000_000 },
					],
				},
			],
		},
	],
};

test('an emulator begins with the world of its seed', async () => {
	await using emulator = await createEmulator({ seed });
	assert.deepEqual(
		emulator.posts().map(({ username, message, channel }) => `${channel} ${username}: ${message}`),
		['ops ada: it burns', 'ops helper: on it', 'ops ada: thanks'],
	);
	const [root, reply, last] = emulator.posts();
	assert.equal(reply?.root_id, root?.id);
	assert.equal(last?.create_at, 1_900_000_000_000);
});

test('a world that a journal brings back is not sown again', async () => {
	await using folder = await tempFolder();
	const file = join(folder.path, 'world.jsonl');
	await (await createEmulator({ seed, file })).close();
	await using again = await createEmulator({ seed, file });
	assert.equal(again.posts().length, 3);
});

const broken: readonly [name: string, seed: object, message: string | RegExp][] = [
	['a word that is not known', { team: [] }, 'seed.team is unknown: known are users, bots, teams'],
	['a list that is none', { users: { username: 'ada' } }, 'seed.users should be a list, but is {"username":"ada"}'],
	['a name that is missing', { teams: [{ channels: [] }] }, 'seed.teams[0].name is missing'],
	[
		'a field of another type',
		{ teams: [{ name: 'eng', channels: [{ name: 'ops', private: 'yes' }] }] },
		'seed.teams[0].channels[0].private should be a boolean, but is "yes"',
	],
	['a name that Mattermost refuses', { users: [{ username: 'No Spaces' }] }, /^seed\.users No Spaces: Username must/],
	[
		'a member that nobody knows',
		{ teams: [{ name: 'eng', members: ['eve'] }] },
		'seed.teams eng: there is no user or bot eve in the seed',
	],
];

for (const [name, bad, message] of broken) {
	test(`a seed with ${name} is refused with the place`, async () => {
		await assert.rejects(createEmulator({ seed: bad as Seed }), { name: 'EmulatorError', message });
	});
}
