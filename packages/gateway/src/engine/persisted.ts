/** Documents that clients may name instead of sending them. */
export interface PersistedDocuments {
	/** Document id (by habit the SHA-256 of the text, in hex) → text. */
	readonly documents: Readonly<Record<string, string>>;
	/** Whether any other document is refused. Default false. */
	readonly only?: boolean;
}
