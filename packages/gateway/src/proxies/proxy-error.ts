/** What was asked for can not be done: a name that is not there, a value that Mattermost would not take. Its message is for people. */
export class ProxyError extends Error {
	override readonly name = 'ProxyError' as const;
}
