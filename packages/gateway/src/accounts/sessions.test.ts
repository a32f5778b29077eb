import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '@matterkit/store';
import { tempFolder } from '@matterkit/testing';
import { migrations } from '../migrations.ts';
import { makeKeyring } from './keys.ts';
import { Sessions } from './sessions.ts';
import { type Account, accountDb } from './tables.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

async function setUp() {
	const opened = new AsyncDisposableStack();
	const folder = opened.use(await tempFolder());
	const store = opened.use(await openStore({ file: `${folder.path}/store.db` }));
	await store.migrate('gateway', migrations);
	const account: Account = {
		id: 'account-1',
		mattermost_user_id: 'user-1',
		username: 'ada',
		email: 'ada@example.com',
		password_hash: null,
		credential: 'sealed',
		created_at: 0,
		deactivated_at: null,
	};
	await accountDb(store).insertInto('gateway_account').values(account).execute();
	const clock = { now: Date.UTC(2026, 10, 21) };
	const revoked: object[] = [];
	const sessions = new Sessions({
		store,
		keyring: makeKeyring(['a secret of the gateway'], 'sign'),
		accessLifetime: 30 * minute,
		refreshLifetime: 7 * day,
		revoked: (what) => revoked.push(what),
		now: () => clock.now,
	});
	return { account, clock, revoked, sessions, store, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

const refreshTokenOf = (pair: { refreshToken: string | null }) => pair.refreshToken ?? assert.fail('no refresh token');

test('a login gives a token for thirty minutes and a refresh token that gives the next pair', async () => {
	await using t = await setUp();
	const first = await t.sessions.begin(t.account);
	assert.equal(first.claims.expiresAt - t.clock.now, 30 * minute);
	assert.equal((await t.sessions.verify(first.token)).claims.username, 'ada');
	t.clock.now += 40 * minute;
	await assert.rejects(t.sessions.verify(first.token), { message: 'Signature has expired' });
	const second = await t.sessions.refresh(refreshTokenOf(first));
	assert.equal((await t.sessions.verify(second.token)).account.id, 'account-1');
	assert.equal(second.claims.loggedInAt, first.claims.loggedInAt);
	assert.notEqual(second.refreshToken, first.refreshToken);
});

test('a refresh token that is used twice ends the session for both who have it', async () => {
	await using t = await setUp();
	const first = await t.sessions.begin(t.account);
	const second = await t.sessions.refresh(refreshTokenOf(first));
	await assert.rejects(t.sessions.refresh(refreshTokenOf(first)), { message: 'Invalid refresh token' });
	await assert.rejects(t.sessions.refresh(refreshTokenOf(second)), { message: 'Invalid refresh token' });
	await assert.rejects(t.sessions.verify(second.token), /session has ended/);
	assert.deepEqual(t.revoked, [{ sessionId: first.claims.sessionId }]);
});

test('of two uses at once one at most gets a pair', async () => {
	await using t = await setUp();
	const first = await t.sessions.begin(t.account);
	const outcomes = await Promise.allSettled([1, 2, 3].map(() => t.sessions.refresh(refreshTokenOf(first))));
	assert.ok(outcomes.filter(({ status }) => status === 'fulfilled').length <= 1);
	await assert.rejects(t.sessions.verify(first.token), /session has ended/);
});

test('a good access token is prolonged as in the reference, until seven days after the login', async () => {
	await using t = await setUp();
	let pair = await t.sessions.begin(t.account);
	const loggedInAt = t.clock.now;
	while (t.clock.now + 20 * minute < loggedInAt + 7 * day) {
		t.clock.now += 20 * minute;
		pair = await t.sessions.refresh(pair.token);
		assert.ok(pair.claims.expiresAt <= loggedInAt + 7 * day);
	}
	assert.equal(pair.refreshToken, null);
	t.clock.now = loggedInAt + 7 * day + 1;
	await assert.rejects(t.sessions.refresh(pair.token), { message: 'Signature has expired' });
});

test('refresh tokens are not in the database as they are', async () => {
	await using t = await setUp();
	const { refreshToken } = await t.sessions.begin(t.account);
	const rows = await accountDb(t.store).selectFrom('gateway_refresh_token').selectAll().execute();
	assert.doesNotMatch(JSON.stringify(rows), new RegExp(refreshToken ?? ''));
});

test('logout ends one session, a change of password the others', async () => {
	await using t = await setUp();
	const [one, two, three] = await Promise.all([1, 2, 3].map(() => t.sessions.begin(t.account)));
	assert.ok(one && two && three);
	await t.sessions.revokeSession(one.claims.sessionId);
	await assert.rejects(t.sessions.verify(one.token), /session has ended/);
	await t.sessions.verify(two.token);
	await t.sessions.revokeAccount('account-1', { except: three.claims.sessionId });
	await assert.rejects(t.sessions.verify(two.token), /session has ended/);
	await t.sessions.verify(three.token);
});

test('a deactivated account has no session', async () => {
	await using t = await setUp();
	const pair = await t.sessions.begin(t.account);
	await accountDb(t.store).updateTable('gateway_account').set({ deactivated_at: 1 }).execute();
	await assert.rejects(t.sessions.verify(pair.token), /session has ended/);
	await assert.rejects(t.sessions.refresh(refreshTokenOf(pair)), /session has ended/);
});
