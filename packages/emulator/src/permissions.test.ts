import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEmulator } from './index.ts';
import { Person } from './testing/person.ts';

/** A team with an administrator of its own, a channel with one too, a member of both, a member of the team, and a stranger. */
async function world() {
	const emulator = await createEmulator();
	const person = (handle: { id: string; username: string; token: string }) => new Person(emulator.url, handle);
	const team = emulator.team('eng', { open: false });
	const [open, closed] = [team.channel('open'), team.channel('closed', { private: true })];
	const root = person(emulator.admin);
	const teamAdmin = person(team.user('tess'));
	await root.put(`/teams/${team.id}/members/${teamAdmin.id}/schemeRoles`, { scheme_user: true, scheme_admin: true });
	const channelAdmin = person(closed.user('cher'));
	const path = `/channels/${closed.id}/members/${channelAdmin.id}/schemeRoles`;
	await root.put(path, { scheme_user: true, scheme_admin: true });
	const member = person(closed.user('mia'));
	const teamMate = person(team.user('tom'));
	const stranger = person(emulator.user('sue'));
	const people = { root, teamAdmin, channelAdmin, member, teamMate, stranger };
	return { emulator, team, open, closed, people };
}

type World = Awaited<ReturnType<typeof world>>;
type Name = keyof World['people'];

const everybody: readonly Name[] = ['root', 'teamAdmin', 'channelAdmin', 'member', 'teamMate', 'stranger'];

/** Who may; all others are refused with 403. Each is asked alone, so one's success must not spoil the next one's chance. */
const rules: readonly [
	what: string,
	who: readonly Name[],
	ask: (by: Person, world: World) => Promise<{ status: number }>,
][] = [
	['see a team', everybody.slice(0, 5), (by, { team }) => by.get(`/teams/${team.id}`)],
	[
		'change a team',
		['root', 'teamAdmin'],
		(by, { team }) => by.put(`/teams/${team.id}/patch`, { description: by.username }),
	],
	['see a public channel of it', everybody.slice(0, 5), (by, { open }) => by.get(`/channels/${open.id}`)],
	[
		'see a private one',
		['root', 'teamAdmin', 'channelAdmin', 'member'],
		(by, { closed }) => by.get(`/channels/${closed.id}`),
	],
	['read a public channel', everybody.slice(0, 5), (by, { open }) => by.get(`/channels/${open.id}/posts`)],
	[
		'read a private one',
		['root', 'teamAdmin', 'channelAdmin', 'member'],
		(by, { closed }) => by.get(`/channels/${closed.id}/posts`),
	],
	[
		'post to a private channel',
		['root', 'channelAdmin', 'member'],
		(by, { closed }) => by.post('/posts', { channel_id: closed.id, message: 'x' }),
	],
	[
		'change its header',
		['root', 'teamAdmin', 'channelAdmin', 'member'],
		(by, { closed }) => by.put(`/channels/${closed.id}/patch`, { header: by.username }),
	],
	[
		'make others administrators of it',
		['root', 'teamAdmin', 'channelAdmin'],
		(by, { closed, people }) =>
			by.put(`/channels/${closed.id}/members/${people.member.id}/schemeRoles`, {
				scheme_user: true,
				scheme_admin: false,
			}),
	],
	[
		'make channels',
		everybody.slice(0, 5),
		(by, { team }) =>
			by.post('/channels', { team_id: team.id, name: `by-${by.username}`, display_name: 'x', type: 'O' }),
	],
	[
		'make administrators of the team',
		['root', 'teamAdmin'],
		(by, { team, people }) =>
			by.put(`/teams/${team.id}/members/${people.member.id}/schemeRoles`, { scheme_user: true, scheme_admin: false }),
	],
	[
		'make somebody administrator of all',
		['root'],
		(by, { people }) => by.put(`/users/${people.member.id}/roles`, { roles: 'system_user' }),
	],
	['make tokens', ['root'], (by, { people }) => by.post(`/users/${people.member.id}/tokens`, { description: 'x' })],
	['make bots', ['root'], (by) => by.post('/bots', { username: `bot-${by.username}` })],
	['deactivate others', ['root'], (by, { people }) => by.put(`/users/${people.member.id}/active`, { active: true })],
	['list the channels of all teams', ['root'], (by) => by.get('/channels')],
	[
		'read another’s preferences',
		['root'],
		(by, { emulator }) => by.get(`/users/${emulator.user('paul').id}/preferences`),
	],
];

for (const [what, who, ask] of rules) {
	test(`${who.join(', ')} may ${what}, others may not`, async () => {
		const made = await world();
		await using _ = made.emulator;
		const may: Name[] = [];
		for (const name of everybody) {
			const { status } = await ask(made.people[name], made);
			assert.ok(status < 400 || status === 403, `${name}: ${status}`);
			if (status < 400) may.push(name);
		}
		assert.deepEqual(may, who);
	});
}

test('a message of one’s own may be changed and deleted, of others only by administrators', async () => {
	const made = await world();
	await using _ = made.emulator;
	const { root, teamAdmin, member, channelAdmin } = made.people;
	const post = async () =>
		(await member.post('/posts', { channel_id: made.closed.id, message: 'mine' })).body.id as string;
	const id = await post();
	assert.equal((await channelAdmin.put(`/posts/${id}/patch`, { message: 'x' })).status, 403);
	assert.equal((await member.put(`/posts/${id}/patch`, { message: 'still mine' })).status, 200);
	assert.equal((await root.put(`/posts/${id}/patch`, { message: 'not mine' })).status, 200);
	assert.equal((await channelAdmin.delete(`/posts/${id}`)).status, 403);
	assert.equal((await teamAdmin.delete(`/posts/${id}`)).status, 200);
	assert.equal((await member.delete(`/posts/${await post()}`)).status, 200);
});
