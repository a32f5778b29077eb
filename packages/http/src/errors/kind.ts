// Two copies of this package in one process have two classes of each error, so `instanceof` fails between them.
// Each class therefore marks its prototype with a symbol from the global registry, and the guards look for that.

const symbolOf = (kind: string) => Symbol.for(`@matterkit/http ${kind}`);

export function markKind(errorClass: { readonly prototype: object }, kind: string): void {
	Object.defineProperty(errorClass.prototype, symbolOf(kind), { value: true });
}

export function isKind(error: unknown, kind: string): boolean {
	return typeof error === 'object' && error !== null && symbolOf(kind) in error;
}
