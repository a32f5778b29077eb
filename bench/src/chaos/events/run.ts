// One chaos run: writers write, faults come by the dice of a seed, a program listens through it all; then the journal is checked.
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { MachineOptions } from '@matterkit/client';
import { until } from '@matterkit/testing';
import { newToken } from '../common/api.ts';
import { FaultyProxy } from '../common/proxy.ts';
import { pick, seeded } from '../common/random.ts';
import type { ChaosOptions, ChaosResult } from '../common/runs.ts';
import { Journal, type Verdict } from './journal.ts';
import { Program } from './program.ts';
import { makeWorld, type World } from './world.ts';

interface EventsChaosOptions extends ChaosOptions<Fault> {
	/** Default 20. */
	readonly channels?: number;
	/** Default 6. */
	readonly writers?: number;
	/** Milliseconds between two posts of one writer, about. Default 30. */
	readonly pause?: number;
	/** Default: short times, so that a run of seconds sees what takes minutes in life. */
	readonly timing?: Partial<MachineOptions>;
}

export const faults = [
	'cut',
	'half-open',
	'delay',
	'gap',
	'restart',
	'revoke',
	'kill',
	'slow',
	'clock',
	'page',
	'refuse',
	'deaf',
] as const;
export type Fault = (typeof faults)[number];

const quick: Partial<MachineOptions> = {
	heartbeat: 1_000,
	deadline: 400,
	connectTimeout: 1_000,
	waiting: { shortest: 50, longest: 1_000 },
};

export async function runChaos(options: EventsChaosOptions): Promise<Verdict & ChaosResult> {
	const random = seeded(options.seed);
	const journal = new Journal();
	await using world = await makeWorld(random, journal, options.channels ?? 20);
	await using proxy = await FaultyProxy.start(world.mattermost.port);
	const timing = { ...quick, ...options.timing };
	const program = new Program(world.listener.api.token, { url: proxy.url, journal, timing, buffer: 300 });
	await program.start();
	const writers = await world.write({ writers: options.writers ?? 6, pause: options.pause ?? 30 });

	const came: Record<string, number> = {};
	const end = performance.now() + options.seconds * 1_000;
	while (performance.now() < end) {
		await sleep(150 + 1_000 * random());
		const fault = pick(random, options.faults ?? faults);
		came[fault] = (came[fault] ?? 0) + 1;
		program.log.push(`--- ${fault}, server time ${world.mattermost.emulator.clock.now()}`);
		await strike(fault, { random, world, proxy, program });
		await program.restartIfRefused();
	}
	proxy.delay = 0;
	// A lost event shows by the number of the next one.
	await sleep(500);
	await program.restartIfRefused();
	await writers.stop();
	// All that is missing now is told within the time of a heartbeat, a wait and a catch-up, or it is lost.
	await until('the stream has told everything', () => program.state === 'live' && journal.complete, {
		timeout: 60_000,
		every: 50,
	}).catch(() => {});
	await sleep(200);
	await program.kill();
	return { seed: options.seed, ...journal.check(), faults: came, log: program.log.slice(-200) };
}

interface Stage {
	readonly random: () => number;
	readonly world: World;
	readonly proxy: FaultyProxy;
	readonly program: Program;
}

async function strike(fault: Fault, { random, world, proxy, program }: Stage): Promise<void> {
	switch (fault) {
		case 'cut':
			proxy.cut();
			break;
		case 'half-open':
			proxy.halfOpen();
			break;
		case 'delay':
			proxy.delay = Math.floor(200 * random());
			await sleep(500 * random());
			proxy.delay = 0;
			break;
		case 'gap':
			proxy.loseEvents(1 + Math.floor(3 * random()));
			break;
		case 'restart':
			await world.mattermost.restart(800 * random());
			break;
		case 'revoke': {
			// The program learns of it by itself, is given a new token and started again where it was.
			const { admin, listener } = world;
			await admin.call('POST', `/users/${listener.id}/sessions/revoke/all`);
			for (const { id } of await admin.call<{ id: string }[]>('GET', `/users/${listener.id}/tokens`)) {
				await admin.call('POST', '/users/tokens/revoke', { token_id: id });
			}
			await sleep(500 * random());
			await program.kill();
			program.token = await newToken(admin, listener.id);
			await program.start();
			break;
		}
		case 'kill':
			await program.kill();
			await sleep(500 * random());
			await program.start();
			break;
		case 'slow':
			program.busy = 1_500;
			break;
		case 'clock':
			// Once in a break: nobody can tell that it was set and set back while nobody looked.
			if (program.state === 'live') world.mattermost.emulator.clock.advance(Math.round(40_000 * (random() - 0.5)));
			break;
		case 'deaf': {
			// Deactivated and activated again, between two pings if it may be, and cut before the next one could tell.
			const { admin, listener } = world;
			await admin.call('PUT', `/users/${listener.id}/active`, { active: false });
			await sleep(300 * random());
			await admin.call('PUT', `/users/${listener.id}/active`, { active: true });
			if (random() < 0.5) proxy.cut();
			break;
		}
		case 'page':
		case 'refuse':
			proxy.answer = fault;
			proxy.cut();
			await sleep(600 * random());
			proxy.answer = 'server';
			break;
	}
}
