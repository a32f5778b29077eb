/** Types by extension, as servers tell them; anything else is bytes. */
const types: Readonly<Record<string, string>> = {
	avi: 'video/x-msvideo',
	bmp: 'image/bmp',
	css: 'text/css; charset=utf-8',
	csv: 'text/csv; charset=utf-8',
	doc: 'application/msword',
	docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
	gif: 'image/gif',
	gz: 'application/gzip',
	htm: 'text/html; charset=utf-8',
	html: 'text/html; charset=utf-8',
	jpeg: 'image/jpeg',
	jpg: 'image/jpeg',
	js: 'text/javascript; charset=utf-8',
	json: 'application/json',
	log: 'text/plain; charset=utf-8',
	md: 'text/markdown; charset=utf-8',
	mov: 'video/quicktime',
	mp3: 'audio/mpeg',
	mp4: 'video/mp4',
	ogg: 'audio/ogg',
	pdf: 'application/pdf',
	png: 'image/png',
	ppt: 'application/vnd.ms-powerpoint',
	pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
	svg: 'image/svg+xml',
	txt: 'text/plain; charset=utf-8',
	wav: 'audio/wav',
	webm: 'video/webm',
	webp: 'image/webp',
	xls: 'application/vnd.ms-excel',
	xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
	xml: 'text/xml; charset=utf-8',
	zip: 'application/zip',
};

/** Lower-case, without the dot; '' where there is none. */
export function extensionOf(name: string): string {
	const dot = name.lastIndexOf('.');
	return dot < 0 ? '' : name.slice(dot + 1).toLowerCase();
}

export function mimeTypeOf(name: string): string {
	return types[extensionOf(name)] ?? 'application/octet-stream';
}

/** Shown by a browser instead of saved: what cannot carry a script. */
const shown = /^(image\/(png|jpeg|gif|bmp|webp)|video\/|audio\/|application\/pdf)/;

export const isShown = (mimeType: string) => shown.test(mimeType);
