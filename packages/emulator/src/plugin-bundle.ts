import { gunzipSync } from 'node:zlib';

/** The manifest (`plugin.json`) in a plugin's `.tar.gz`; undefined where there is none that can be read. */
export function manifestIn(bundle: Buffer): Readonly<Record<string, unknown>> | undefined {
	try {
		const file = tarEntry(gunzipSync(bundle, { maxOutputLength: 256 << 20 }), /^(?:\.\/)?(?:[^/]+\/)?plugin\.json$/);
		const manifest: unknown = file && JSON.parse(file.toString());
		return typeof manifest === 'object' && manifest !== null ? (manifest as Record<string, unknown>) : undefined;
	} catch {
		return undefined;
	}
}

/** A tar archive is a row of headers of 512 bytes, each followed by its file's bytes, filled up to a multiple of 512. */
function tarEntry(tar: Buffer, name: RegExp): Buffer | undefined {
	for (let at = 0; at + 512 <= tar.length; ) {
		const text = (from: number, length: number) =>
			tar.toString('utf8', at + from, at + from + length).split('\0')[0] ?? '';
		const size = Number.parseInt(text(124, 12).trim() || '0', 8);
		if (Number.isNaN(size)) return undefined;
		if (name.test(text(0, 100))) return tar.subarray(at + 512, at + 512 + size);
		at += 512 + Math.ceil(size / 512) * 512;
	}
	return undefined;
}
