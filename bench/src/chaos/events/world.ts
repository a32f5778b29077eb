// A server with channels and writers.
import { setTimeout as sleep } from 'node:timers/promises';
import { Api, type Caller, signUp } from '../common/api.ts';
import { type MattermostServer, startMattermost } from '../common/mattermost.ts';
import { pick } from '../common/random.ts';
import type { Journal, Made } from './journal.ts';

export interface World extends AsyncDisposable {
	readonly mattermost: MattermostServer;
	readonly admin: Api;
	readonly listener: Caller;
	readonly channels: readonly string[];
	/** Resolves when the writers are ready; they write until `stop` is called. */
	write(options: { writers: number; pause: number }): Promise<{ stop(): Promise<void> }>;
}

export async function makeWorld(random: () => number, journal: Journal, channelCount: number): Promise<World> {
	const mattermost = await startMattermost();
	const { url, admin: account } = mattermost.emulator;
	const admin = new Api(url, account.token);
	const listener = await signUp(admin, 'listener');
	const team = await admin.call<{ id: string }>('POST', '/teams', { name: 'chaos', display_name: 'Chaos', type: 'O' });
	const join_ = (path: string, userId: string, more = {}) => admin.call('POST', path, { user_id: userId, ...more });
	await join_(`/teams/${team.id}/members`, listener.id, { team_id: team.id });
	const channels: string[] = [];
	for (let number = 1; number <= channelCount; number++) {
		const body = { team_id: team.id, name: `channel-${number}`, display_name: `Channel ${number}`, type: 'O' };
		const { id } = await admin.call<{ id: string }>('POST', '/channels', body);
		await join_(`/channels/${id}/members`, listener.id);
		channels.push(id);
	}

	const newMember = async (username: string): Promise<Caller> => {
		const member = await signUp(admin, username);
		await join_(`/teams/${team.id}/members`, member.id, { team_id: team.id });
		return member;
	};

	const newWriter = async (username: string): Promise<Caller> => {
		const writer = await newMember(username);
		for (const id of channels) await join_(`/channels/${id}/members`, writer.id);
		return writer;
	};

	/** One writer: the next post only when the last one was answered. */
	const writing = async (writer: Caller, number: number, pause: number, stopped: () => boolean) => {
		const mine: Made[] = [];
		let count = 0;
		const post = async () => {
			const message = `writer${number} #${++count}`;
			const channel_id = pick(random, channels);
			const { id, create_at } = await writer.api.call<{ id: string; create_at: number }>('POST', '/posts', {
				channel_id,
				message,
			});
			const made = {
				id,
				channelId: channel_id,
				writer: writer.id,
				number: count,
				createAt: create_at,
				message,
				edits: 0,
				deleted: false,
			};
			journal.made.set(id, made);
			mine.push(made);
			if (mine.length > 50) mine.shift();
		};
		const edit = async (made: Made) => {
			const message = `${made.message} edited`;
			await writer.api.call('PUT', `/posts/${made.id}/patch`, { message });
			made.message = message;
			made.edits++;
		};
		const remove = async (made: Made) => {
			await writer.api.call('DELETE', `/posts/${made.id}`);
			made.deleted = true;
			mine.splice(mine.indexOf(made), 1);
		};
		while (!stopped()) {
			const dice = random();
			const old = pick(random, mine);
			try {
				if (old && dice < 0.08) await edit(old);
				else if (old && dice < 0.14) await remove(old);
				else await post();
			} catch {
				// Not acknowledged: it may have happened or not. Nothing is promised about it; but what was edited in vain is not
				// looked at again, since its last text is not known.
				if (old && dice < 0.14) {
					journal.made.delete(old.id);
					mine.splice(mine.indexOf(old), 1);
				}
				await sleep(20);
			}
			await sleep(pause * (0.5 + random()));
		}
	};

	/** People who come to channels and go. */
	const moving = async (guest: Caller, stopped: () => boolean) => {
		while (!stopped()) {
			const channel = pick(random, channels);
			const told = (kind: string) => {
				const change = `${kind} ${channel} ${guest.id}`;
				journal.memberships.set(change, (journal.memberships.get(change) ?? 0) + 1);
			};
			try {
				await join_(`/channels/${channel}/members`, guest.id);
				told('added');
				await sleep(100 + 200 * random());
				await admin.call('DELETE', `/channels/${channel}/members/${guest.id}`);
				told('removed');
			} catch {
				// The server is away. Whether it happened is not known: that channel is not used again for this.
				for (const kind of ['added', 'removed']) journal.memberships.delete(`${kind} ${channel} ${guest.id}`);
				uncertain.add(channel);
			}
			for (const unsure of uncertain) {
				for (const kind of ['added', 'removed']) journal.memberships.delete(`${kind} ${unsure} ${guest.id}`);
			}
			await sleep(100 + 300 * random());
		}
	};
	const uncertain = new Set<string>();

	return {
		mattermost,
		admin,
		listener,
		channels,
		async write({ writers, pause }) {
			let stop = false;
			const numbers = Array.from({ length: writers }, (_, at) => at + 1);
			const guest = await newMember('guest');
			const ready = await Promise.all(numbers.map((number) => newWriter(`writer${number}`)));
			const all = ready.map((writer, at) => writing(writer, at + 1, pause, () => stop));
			const done = Promise.all([...all, moving(guest, () => stop)]);
			return {
				async stop() {
					stop = true;
					await done;
				},
			};
		},
		[Symbol.asyncDispose]: () => mattermost[Symbol.asyncDispose](),
	};
}
