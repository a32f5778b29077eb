// The bodies of recorded requests, which the recordings describe where they are large or binary.
import type { Counterparts } from './counterparts.ts';
import { type Exchange, object } from './recordings.ts';

/** A PNG of one pixel, 70 bytes. */
const dot = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

/** What the recording program put into its multipart fields and files. */
const parts: Readonly<Record<string, string>> = {
	client_ids: 'c1',
	'hello.txt': 'hello file',
	'one.txt': 'one',
	'two.txt': 'two',
};

export function requestBody(
	exchange: Pick<Exchange, 'body' | 'headers'>,
	channelId: string,
	counterparts: Counterparts,
): { body?: Buffer | string; headers?: Record<string, string> } {
	const { body, headers = {} } = exchange;
	if (body === undefined) return {};
	const multipart = object(body).multipart;
	if (Array.isArray(multipart)) return multipartBody(multipart.map(String), channelId);
	if (typeof body !== 'string') return { body: JSON.stringify(counterparts.translateJson(body)) };
	if (headers['content-type'] === 'image/png') return { body: dot };
	const size = /^<(\d+) bytes>$/.exec(body)?.[1];
	return { body: size ? Buffer.alloc(Number(size), 'b') : counterparts.translate(body) };
}

/** @param fields `channel_id`, `client_ids` or `files NAME`, in the order in which they are sent */
function multipartBody(fields: readonly string[], channelId: string) {
	const boundary = 'matterkit-replay';
	const encoded = fields.map((field) => {
		const file = /^files (\S+)/.exec(field)?.[1];
		const content = field === 'channel_id' ? channelId : (parts[file ?? field] ?? '');
		const name = file ? `name="files"; filename="${file}"\r\nContent-Type: text/plain` : `name="${field}"`;
		return `--${boundary}\r\nContent-Disposition: form-data; ${name}\r\n\r\n${content}\r\n`;
	});
	return {
		body: `${encoded.join('')}--${boundary}--\r\n`,
		headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
	};
}
