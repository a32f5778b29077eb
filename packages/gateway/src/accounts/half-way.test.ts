// Mattermost lost between any two calls of a sign-up, and between any two calls that undo it: nothing stays behind on either side.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signUp, startWorld, type World } from '../testing/gateway-world.ts';
import { newcomer } from '../testing/newcomers.ts';
import { accountDb } from './tables.ts';

/** Cut before Mattermost acted, or the answer is lost. */
const faults = ['refuse', 'drop_answer'] as const;

interface Loss {
	readonly route: string;
	readonly fault: (typeof faults)[number];
}

const lossesOf = (routes: readonly string[]): Loss[] =>
	routes.flatMap((route) => faults.map((fault) => ({ route, fault })));

const undoing = [
	'POST /api/v4/users/login',
	'POST /api/v4/users/logout',
	'PUT /api/v4/users/{user_id}/patch',
	'DELETE /api/v4/users/{user_id}',
];

/** Users at Mattermost that are not deactivated. */
async function active(world: World): Promise<string[]> {
	const users = await world.mattermost<{ username: string; delete_at: number }[]>('GET', '/users?per_page=200');
	return users.filter(({ delete_at }) => delete_at === 0).map(({ username }) => username);
}

/** What is cut besides. All of it where the user's id may be lost; elsewhere less, since what is safe to repeat is repeated for seconds. */
function besides(route: string): readonly (Loss | undefined)[] {
	if (route === 'POST /api/v4/users') return [undefined, ...lossesOf(undoing)];
	return route.includes('/teams/') ? [undefined] : [undefined, { route: undoing.at(-1) ?? '', fault: 'drop_answer' }];
}

const withTokens = lossesOf([
	'POST /api/v4/users',
	'POST /api/v4/teams/{team_id}/members',
	'POST /api/v4/users/{user_id}/tokens',
]);
const withoutTokens = lossesOf(['POST /api/v4/users', 'POST /api/v4/users/login']);

for (const [personalAccessTokens, all] of [
	[true, withTokens],
	[false, withoutTokens],
] as const) {
	for (const loss of all) {
		const where = `${loss.route} (${loss.fault}), where access tokens are ${personalAccessTokens ? 'on' : 'off'}`;
		test(`a sign-up that is cut at ${where}, leaves nothing behind, whatever of its undoing is cut as well`, async () => {
			await using world = await startWorld({ emulator: { faults: true, settings: { personalAccessTokens } } });
			const db = accountDb(world.store);
			for (const [index, undone] of besides(loss.route).entries()) {
				const losses = undone && undone.route !== loss.route ? [loss, undone] : [loss];
				const on = losses.map((one) => world.emulator.faults.add(one));
				const ada = newcomer(`ada${index}`);
				const { errors } = await world.graphql(signUp, ada);
				for (const fault of on) fault.remove();
				const what = `${loss.route} ${loss.fault}, ${undone?.route} ${undone?.fault}`;
				if (errors) {
					assert.ok(errors[0]?.extensions?.code !== 'CONFLICT', what);
					// What could not be undone at once is undone some minutes later.
					await db.updateTable('gateway_sign_up').set({ started_at: 0 }).execute();
					const later = await world.another();
					await later[Symbol.asyncDispose]();
					assert.deepEqual(
						(await active(world)).filter((name) => name.startsWith('void') || name === ada.username),
						[],
						what,
					);
					assert.deepEqual(await db.selectFrom('gateway_sign_up').selectAll().execute(), [], what);
					await world.data(signUp, ada);
				}
				assert.ok((await active(world)).includes(ada.username), what);
			}
		});
	}
}
