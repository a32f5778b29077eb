import { createHash, timingSafeEqual } from 'node:crypto';

/** Is `Authorization: Bearer <key>` there with the right key? Takes the same time whatever part of it is wrong. */
export function bearerCheck(key: string): (authorization: string | undefined) => boolean {
	const expected = digest(key);
	return (authorization) => {
		const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
		return timingSafeEqual(digest(given ?? ''), expected) && given !== undefined;
	};
}

/** Equal lengths are what timingSafeEqual wants. */
const digest = (text: string) => createHash('sha256').update(text).digest();
