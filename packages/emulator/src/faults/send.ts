// An answer that does not arrive whole, or not at once.
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { StatusFault } from './fault.ts';
import type { Plan } from './faults.ts';

/** A refusal as a proxy in front of the server gives it. */
export function sendStatus(response: ServerResponse, { status, body, headers }: StatusFault): void {
	const html = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\n`;
	response.writeHead(status, { 'Content-Type': body === undefined ? 'text/html' : 'text/plain', ...headers });
	response.end(body ?? html);
}

/** Sends the body after the head as the plan says. True: it did, there is nothing left to send. */
export function sendBadly(response: ServerResponse, body: string | Uint8Array | undefined, plan: Plan): boolean {
	const bytes = body === undefined ? undefined : Buffer.from(body);
	if (plan.cutBody) {
		// Without the callback the cut would overtake the bytes.
		response.write(bytes?.subarray(0, bytes.length >> 1) ?? '', () => response.socket?.destroy());
		return true;
	}
	if (bytes === undefined || plan.bytesPerSecond === Number.POSITIVE_INFINITY) return false;
	void trickle(response, bytes, plan.bytesPerSecond);
	return true;
}

/** Milliseconds between two pieces. */
const step = 20;

async function trickle(response: ServerResponse, bytes: Buffer, bytesPerSecond: number): Promise<void> {
	const piece = Math.max(1, Math.round((bytesPerSecond * step) / 1000));
	for (let at = 0; at < bytes.length && !response.destroyed; at += piece) {
		response.write(bytes.subarray(at, at + piece));
		await delay(step);
	}
	response.end();
}
