// The world that `npm start` begins with: small, but enough to try everything.
import { randomBytes } from 'node:crypto';

const password = () => `${randomBytes(6).toString('base64url')}-Aa1!`;
