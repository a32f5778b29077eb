export interface UpstreamLimits {
	/** Event streams that this node holds open to Mattermost. A subscription that would need one more is refused. Default 5,000. */
	readonly streams?: number;
	/**
	 * Time from ping to ping on each stream, in milliseconds. Only a ping tells that a token was revoked or a user deactivated: until
	 * then their stream is silent, and what it missed is told late. A post that should have come and did not is a reason to ping as well.
	 * Default 5,000.
	 */
	readonly heartbeat?: number;
	/** How long a stream that covers nothing stays open, should its user come back, in milliseconds. Default 10,000. */
	readonly linger?: number;
}

export const defaultUpstreamLimits: Required<UpstreamLimits> = { streams: 5_000, heartbeat: 5_000, linger: 10_000 };
