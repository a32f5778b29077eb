// Step 1 of the protocol: the keys and the delivery are written in one transaction, and only then is the caller answered.
import { batched } from '../outbox/batched.ts';
import { acceptIn } from './accept-one.ts';
import { acceptTogether } from './accept-together.ts';

export const accept = batched({
	together: acceptTogether,
	alone: (outbox, acceptance) => outbox.transaction((tx) => acceptIn(tx, outbox, acceptance)),
});
