// Uploads one file in one way, in a process of its own, and tells how much memory that took above the idle process.
import { createReadStream, openAsBlob, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { PassThrough, type Readable } from 'node:stream';
import { Mattermost } from '@matterkit/client';
import MattermostClient from '@mattermost/client';

const [way = '', url = '', path = ''] = process.argv.slice(2);
const mm = new Mattermost({ url, token: 'token' });
const theirs = new MattermostClient.Client4();
theirs.setUrl(url);
theirs.setToken('token');

const ways: Record<string, () => Promise<unknown>> = {
	'@matterkit/client, path': () => mm.files.upload('channel', path),
	'@matterkit/client, createReadStream': () => mm.files.upload('channel', createReadStream(path)),
	'@matterkit/client, any other stream': () =>
		mm.files.upload('channel', other(createReadStream(path)), { name: 'film.mkv', size: statSync(path).size }),
	'@matterkit/client, stream of unknown size': () =>
		mm.files.upload('channel', other(createReadStream(path)), { name: 'film.mkv' }),
	'@mattermost/client, bytes': async () => theirs.uploadFile(formOf(new Blob([await readFile(path)]))),
	'@mattermost/client, openAsBlob': async () => theirs.uploadFile(formOf(await openAsBlob(path))),
};

const other = (stream: Readable) => stream.pipe(new PassThrough());

function formOf(blob: Blob): FormData {
	const form = new FormData();
	form.append('channel_id', 'channel');
	form.append('files', blob, 'film.mkv');
	return form;
}

const upload = ways[way];
if (!upload) throw new Error(`no such way: ${way}`);
// Idle: the code is loaded and a connection is open.
await Promise.all([mm.users.getMe(), theirs.getMe()]);
globalThis.gc?.();
const idle = process.memoryUsage.rss();
let peak = idle;
const timer = setInterval(() => {
	peak = Math.max(peak, process.memoryUsage.rss());
}, 5);
const begin = performance.now();
await upload();
const seconds = (performance.now() - begin) / 1000;
clearInterval(timer);
process.send?.({ above: Math.max(peak, process.memoryUsage.rss()) - idle, seconds }, () => process.exit());
