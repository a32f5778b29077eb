import { createEmulator, type Emulator, type EmulatorOptions } from '../index.ts';
import { Person } from './person.ts';

/** An emulator with the team `eng`, its channel `ops`, the members ada (who made both) and bob, and eve who is a stranger. */
export interface TestTeam extends AsyncDisposable {
	readonly emulator: Emulator;
	readonly admin: Person;
	readonly ada: Person;
	readonly bob: Person;
	readonly eve: Person;
	readonly nobody: Person;
	readonly teamId: string;
	readonly channelId: string;
}

export async function testTeam(options: EmulatorOptions = {}): Promise<TestTeam> {
	const emulator = await createEmulator(options);
	const { url, admin: root } = emulator;
	const admin = new Person(url, root);
	const ada = await Person.signUp(url, 'ada');
	const bob = await Person.signUp(url, 'bob');
	const eve = await Person.signUp(url, 'eve');
	const nobody = new Person(url, { id: '', username: '', token: '' });
	const team = (await ada.post('/teams', { name: 'eng', display_name: 'Engineering', type: 'O' })).body;
	await ada.post(`/teams/${team.id}/members`, { team_id: team.id, user_id: bob.id });
	const channel = { team_id: team.id, name: 'ops', display_name: 'Operations', type: 'O' };
	const channelId = (await ada.post('/channels', channel)).body.id;
	await ada.post(`/channels/${channelId}/members`, { user_id: bob.id });
	return {
		emulator,
		admin,
		ada,
		bob,
		eve,
		nobody,
		teamId: team.id,
		channelId,
		async [Symbol.asyncDispose]() {
			await Promise.all([admin, ada, bob, eve].map((person) => person[Symbol.asyncDispose]()));
			await emulator.close();
		},
	};
}
