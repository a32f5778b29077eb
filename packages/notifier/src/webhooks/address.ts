// Which addresses webhooks may reach: whoever may make a webhook must not reach into our own network by it. Pure.
import { BlockList, isIP, isIPv4 } from 'node:net';

/** IANA's registry of special purposes: private, loopback, link-local (there clouds keep credentials), shared, tests, multicast, reserved. */
const specialIPv4 = new BlockList();
for (const [network, prefix] of [
	['0.0.0.0', 8],
	['10.0.0.0', 8],
	['100.64.0.0', 10],
	['127.0.0.0', 8],
	['169.254.0.0', 16],
	['172.16.0.0', 12],
	['192.0.0.0', 24],
	['192.0.2.0', 24],
	['192.88.99.0', 24],
	['192.168.0.0', 16],
	['198.18.0.0', 15],
	['198.51.100.0', 24],
	['203.0.113.0', 24],
	['224.0.0.0', 4],
	['240.0.0.0', 4],
] as const)
	specialIPv4.addSubnet(network, prefix, 'ipv4');

/** Only 2000::/3 is given out; of that, what carries IPv4 addresses inside (Teredo, 6to4) and examples are left out. */
const publicIPv6 = new BlockList();
publicIPv6.addSubnet('2000::', 3, 'ipv6');
const specialIPv6 = new BlockList();
specialIPv6.addSubnet('2001::', 23, 'ipv6');
specialIPv6.addSubnet('2001:db8::', 32, 'ipv6');
specialIPv6.addSubnet('2002::', 16, 'ipv6');
specialIPv6.addSubnet('3fff::', 20, 'ipv6');

export function isPublicAddress(address: string): boolean {
	if (isIPv4(address)) return !specialIPv4.check(address, 'ipv4');
	return isIP(address) === 6 && publicIPv6.check(address, 'ipv6') && !specialIPv6.check(address, 'ipv6');
}

/** The address that stands in a URL's host; undefined: it is a name, which has to be looked up. */
export function addressInHost(hostname: string): string | undefined {
	const bare = hostname.replace(/^\[(.*)\]$/, '$1');
	return isIP(bare) === 0 ? undefined : bare;
}

/** What is wrong with the URL of a webhook, as far as it can be seen without asking anyone; undefined: nothing. */
export function urlProblem(text: string, { allowPrivate }: { allowPrivate: boolean }): string | undefined {
	if (text.length > 2_048 || !URL.canParse(text)) return 'must be an https:// address';
	const { protocol, username, password, hostname } = new URL(text);
	if (protocol !== 'https:' && !(allowPrivate && protocol === 'http:')) return 'must be an https:// address';
	if (username !== '' || password !== '') return 'must have no name and password in it';
	const address = addressInHost(hostname);
	return address !== undefined && !allowPrivate && !isPublicAddress(address) ? privateProblem : undefined;
}

export const privateProblem = 'must not lead to a private address';
