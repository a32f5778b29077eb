// The JSON web tokens that clients carry: 30 minutes, HS256, with the id of the key that signed them.
import { errors, jwtVerify, SignJWT } from 'jose';
import { RefusedError } from '../refused-error.ts';
import type { Keyring } from './keys.ts';

export interface TokenClaims {
	readonly accountId: string;
	readonly sessionId: string;
	readonly username: string;
	/** When the user logged in, in milliseconds since 1970; a refreshed token keeps it. */
	readonly loggedInAt: number;
	/** Milliseconds since 1970. */
	readonly expiresAt: number;
}

/** What `verifyToken`, `tokenAuth` and `refreshToken` show of a token. Seconds since 1970, as in the reference. */
export interface TokenPayload {
	readonly username: string;
	readonly exp: number;
	readonly origIat: number;
}

const seconds = (milliseconds: number) => Math.floor(milliseconds / 1000);

export const payloadOf = (claims: TokenClaims): TokenPayload => ({
	username: claims.username,
	exp: seconds(claims.expiresAt),
	origIat: seconds(claims.loggedInAt),
});

export function signToken(keyring: Keyring, claims: TokenClaims): Promise<string> {
	return new SignJWT({ ...payloadOf(claims), sid: claims.sessionId })
		.setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: keyring.current.id })
		.setIssuer('matterkit')
		.setSubject(claims.accountId)
		.setIssuedAt()
		.sign(keyring.current.bytes);
}

/** @throws RefusedError in the reference's words: the token is no token, is not signed by us, or has expired. */
export async function verifySignature(keyring: Keyring, token: string, now = Date.now()): Promise<TokenClaims> {
	try {
		const { payload } = await jwtVerify(
			token,
			({ kid }) => {
				const key = keyring.find(kid ?? '');
				if (!key) throw new errors.JWKSNoMatchingKey();
				return key.bytes;
			},
			// Without the list a token could choose its own algorithm.
			{ algorithms: ['HS256'], issuer: 'matterkit', requiredClaims: ['sub', 'exp'], currentDate: new Date(now) },
		);
		const { sub = '', exp = 0, sid, username, origIat } = payload;
		if (typeof sid !== 'string' || typeof username !== 'string' || typeof origIat !== 'number') throw undecodable();
		return { accountId: sub, sessionId: sid, username, loggedInAt: origIat * 1000, expiresAt: exp * 1000 };
	} catch (error) {
		if (error instanceof errors.JWTExpired) throw new RefusedError('Signature has expired', 'UNAUTHENTICATED');
		if (error instanceof errors.JOSEError || error instanceof TypeError) throw undecodable();
		throw error;
	}
}

const undecodable = () => new RefusedError('Error decoding signature', 'UNAUTHENTICATED');
