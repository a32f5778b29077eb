// Against a stub server in another process. The machine's mood changes from second to second: rounds alternate, and a
// contestant's figure is the median of its rounds.
import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Run } from '../command.ts';
import { parseOptions } from '../options.ts';
import { median, rounded } from '../statistics.ts';

const contestants = [
	'@matterkit/http',
	'undici.request',
	'undici.request, AbortSignal.timeout',
	'fetch',
	'@mattermost/client',
	'undici dispatcher, bare',
];
const rounds = 5;
const seconds = 2;
const atOnce = 32;

interface Load {
	readonly perSecond: number;
	readonly cpuMicros: number;
}

export const help = 'What a request costs with our client and with others, side by side, and what each weighs.';

export const run: Run = async (report, args) => {
	parseOptions(args, {});
	await measureRequests(report);
	await measureWeight(report);
};

async function measureRequests(report: Parameters<Run>[0]): Promise<void> {
	const stub = fork(join(import.meta.dirname, 'client.stub.ts'));
	const measured = new Map(contestants.map((name) => [name, [] as Load[]]));
	try {
		const [port] = (await once(stub, 'message')) as [number];
		for (let round = 0; round < rounds; round++) {
			for (const name of contestants) {
				const args = [name, String(port), String(seconds), String(atOnce)];
				const [load] = await answerOf<Load>(fork(join(import.meta.dirname, 'client.load.ts'), args));
				measured.get(name)?.push(load);
			}
		}
	} finally {
		stub.kill();
	}
	const figures = contestants.map((name) => {
		const loads = measured.get(name) ?? [];
		return {
			name,
			perSecond: median(loads.map((load) => load.perSecond)),
			cpu: median(loads.map((load) => load.cpuMicros)),
		};
	});
	const [ours] = figures;
	for (const { name, perSecond, cpu } of figures) {
		report({
			measure: `get user, ${atOnce} at once`,
			name,
			requestsPerSecond: Math.round(perSecond),
			cpuMicros: rounded(cpu, 1),
			// Above 1: ours is so many times better.
			oursInRequests: rounded((ours?.perSecond ?? 0) / perSecond, 2),
			oursInCpu: rounded(cpu / (ours?.cpu ?? 1), 2),
		});
	}
}

async function answerOf<T>(child: ChildProcess): Promise<[T]> {
	const exit = once(child, 'exit').then(([code]) => {
		throw new Error(`a contestant ended with code ${code} before it had a result`);
	});
	const message = (await Promise.race([once(child, 'message'), exit])) as [T];
	await exit.catch(() => {});
	return message;
}

async function measureWeight(report: Parameters<Run>[0]): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'matterkit-bench-'));
	try {
		for (const name of ['@matterkit/http', '@mattermost/client']) {
			const file = join(folder, `${name.replaceAll(/\W/g, '-')}.mjs`);
			const { outputFiles } = await build({
				stdin: { contents: `export * from '${name}'`, resolveDir: import.meta.dirname },
				bundle: true,
				minify: true,
				write: false,
				format: 'esm',
				platform: 'node',
				conditions: ['source'],
				external: ['undici', 'ws'],
			});
			const code = outputFiles[0]?.contents ?? new Uint8Array();
			writeFileSync(file, code);
			report({
				measure: 'weight without undici and ws',
				name,
				minGzKb: rounded(gzipSync(code).length / 1000, 1),
				importMs: rounded(median(Array.from({ length: 9 }, () => importTime(file))), 1),
			});
		}
		const undici = fileURLToPath(import.meta.resolve('undici'));
		report({
			measure: 'loaded at first request',
			name: 'undici',
			importMs: rounded(median(Array.from({ length: 9 }, () => importTime(undici))), 1),
		});
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function importTime(file: string): number {
	const program = `const begin = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - begin)`;
	return Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }));
}
