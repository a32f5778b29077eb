// Calls out: to outgoing webhooks, slash commands, buttons and dialogs. Addresses inside the network are refused unless a
// setting allows them, as on the real server, so that an integration cannot be used to look around there.
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import type { Settings } from '../settings.ts';

/** Nobody may be called there. */
export class AddressRefusedError extends Error {
	override readonly name = 'AddressRefusedError' as const;

	constructor(host: string) {
		super(`${host} is an address inside the network: allow it with the setting allowedInternalConnections`);
	}
}

const inside = new BlockList();
for (const [network, prefix] of [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.168.0.0', 16],
	['224.0.0.0', 3],
] as const) {
	inside.addSubnet(network, prefix);
}
for (const [network, prefix] of [
	['::', 127],
	['fc00::', 7],
	['fe80::', 10],
	['ff00::', 8],
] as const) {
	inside.addSubnet(network, prefix, 'ipv6');
}

export interface Reply {
	readonly status: number;
	readonly contentType: string;
	readonly text: string;
}

/** Bytes of an integration's answer that are looked at. */
const longest = 1_048_576;

/** @throws AddressRefusedError, or what `fetch` throws when nobody answers within `settings.integrationTimeout`. */
export async function callOut(settings: Settings, url: string, init: RequestInit): Promise<Reply> {
	await checkAddress(url, settings.allowedInternalConnections);
	const response = await fetch(url, {
		...init,
		// A redirect could lead inside.
		redirect: 'manual',
		signal: AbortSignal.timeout(settings.integrationTimeout),
	});
	const text = (await response.text()).slice(0, longest);
	return { status: response.status, contentType: response.headers.get('content-type') ?? '', text };
}

async function checkAddress(url: string, allowed: string): Promise<void> {
	const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
	const addresses = isIP(host) ? [host] : (await lookup(host, { all: true })).map(({ address }) => address);
	const isInside = addresses.some((address) => inside.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
	if (isInside && !isAllowed(host, addresses, allowed)) throw new AddressRefusedError(host);
}

/** @param allowed host names, addresses and networks (`10.0.0.0/8`) with blanks or commas between them */
export function isAllowed(host: string, addresses: readonly string[], allowed: string): boolean {
	const networks = new BlockList();
	const names = new Set<string>();
	for (const entry of allowed.split(/[\s,]+/)) {
		const [address = '', prefix] = entry.split('/');
		const version = isIP(address);
		if (version === 0) names.add(address.toLowerCase());
		else if (prefix === undefined) networks.addAddress(address, version === 6 ? 'ipv6' : 'ipv4');
		else networks.addSubnet(address, Number(prefix), version === 6 ? 'ipv6' : 'ipv4');
	}
	if (names.has(host.toLowerCase())) return true;
	return addresses.every((address) => networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
}
