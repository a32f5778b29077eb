// How a recipient is named: a Mattermost username, or `id:` and `email:` with what stands for it. A username has no colon. Pure.

export type Address =
	| { readonly kind: 'username'; readonly username: string }
	| { readonly kind: 'id'; readonly id: string }
	| { readonly kind: 'email'; readonly email: string };

/** The name of the person's line of deliveries. Two addresses of one person are two lines. */
export function recipientAt(address: Address): string {
	switch (address.kind) {
		case 'username':
			return address.username;
		case 'id':
			return `id:${address.id}`;
		case 'email':
			return `email:${address.email}`;
		default:
			throw new Error(`bug: unknown address ${address satisfies never}`);
	}
}

export function addressOf(recipient: string): Address {
	if (recipient.startsWith('id:')) return { kind: 'id', id: recipient.slice(3) };
	if (recipient.startsWith('email:')) return { kind: 'email', email: recipient.slice(6) };
	return { kind: 'username', username: recipient };
}

/** For people to read, e.g. in the reason of a dead delivery. */
export function spokenAddress(recipient: string): string {
	const address = addressOf(recipient);
	switch (address.kind) {
		case 'username':
			return `user named ${address.username}`;
		case 'id':
			return `user with the id ${address.id}`;
		case 'email':
			return `user with the address ${address.email}`;
		default:
			throw new Error(`bug: unknown address ${address satisfies never}`);
	}
}
