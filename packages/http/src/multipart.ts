/**
 * A form as one Blob, because undici takes only the FormData of its own copy. The Blob refers to the files' bytes and does
 * not copy them, its length is known beforehand, and it can be sent again.
 */
export function multipart(form: FormData): Blob {
	const boundary = `matterkit-${crypto.randomUUID()}`;
	const parts: (string | Blob)[] = [];
	for (const [name, value] of form) {
		const disposition = `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"`;
		if (typeof value === 'string') {
			parts.push(`${disposition}\r\n\r\n${value.replace(/\r\n|\r|\n/g, '\r\n')}\r\n`);
		} else {
			const type = value.type || 'application/octet-stream';
			parts.push(`${disposition}; filename="${quoted(value.name)}"\r\ncontent-type: ${type}\r\n\r\n`, value, '\r\n');
		}
	}
	parts.push(`--${boundary}--\r\n`);
	return new Blob(parts, { type: `multipart/form-data; boundary=${boundary}` });
}

/** As browsers do it (HTML, multipart/form-data encoding algorithm). */
const quoted = (name: string) => name.replaceAll('\n', '%0A').replaceAll('\r', '%0D').replaceAll('"', '%22');
