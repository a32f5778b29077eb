import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MembershipChange } from './membership.ts';
import { MembershipLedger } from './membership-ledger.ts';

const change: MembershipChange = { kind: 'added', userId: 'u', channelId: 'c', teamId: 't', ofTeam: false, by: '' };

test('a change of which event and system post were told lacks nothing, whichever came first', () => {
	for (const order of [[1, -1] as const, [-1, 1] as const]) {
		const ledger = new MembershipLedger();
		for (const by of order) ledger.book({ change, by, at: 1_000 });
		assert.ok(!ledger.lacksEvent(change));
		assert.deepEqual(ledger.untold(0), []);
		assert.deepEqual(ledger.openBefore([]), []);
	}
});

test('a system post without its event lacks it', () => {
	const ledger = new MembershipLedger();
	ledger.book({ change, by: -1, at: 1_000 });
	assert.ok(ledger.lacksEvent(change));
	assert.deepEqual(ledger.untold(1_000), [{ change, balance: -1, at: 1_000 }]);
	assert.deepEqual(ledger.untold(1_001), []);
});

test('an event without a system post speaks for none that comes much later', () => {
	const ledger = new MembershipLedger();
	ledger.book({ change, by: 1, at: 1_000 });
	ledger.book({ change, by: -1, at: 60_000 });
	assert.ok(ledger.lacksEvent(change));
});

test('what is open survives a restart, as it was before what is not told yet', () => {
	const ledger = new MembershipLedger();
	ledger.book({ change, by: -1, at: 1_000 });
	ledger.book({ change, by: 1, at: 1_000 });
	const restored = new MembershipLedger();
	restored.restore(ledger.openBefore([{ change, by: 1, at: 1_000 }]));
	assert.ok(restored.lacksEvent(change));
});
