// The mark by which a post is known again: props of its own come back with a post, and nothing else of ours does.

export interface MarkedPost {
	readonly id: string;
	readonly user_id: string;
	readonly channel_id: string;
	readonly create_at: number;
	readonly delete_at?: number;
	readonly props?: Readonly<Record<string, unknown>> | undefined;
}

export const markerOf = (id: string) => ({ notification_id: id });

/** The delivery that made the post; undefined for anyone else's. Props can be forged, so the author must be the bot as well. */
export function deliveryOf(post: MarkedPost, botUserId: string): string | undefined {
	const marker = post.props?.notification_id;
	return post.user_id === botUserId && typeof marker === 'string' && !post.delete_at ? marker : undefined;
}

/** The earliest of two or more posts of one delivery stays; the others go. */
export function split<Post extends MarkedPost>(posts: readonly Post[]): { stays: Post | undefined; go: Post[] } {
	const [stays, ...go] = [...posts].sort((a, b) => a.create_at - b.create_at || (a.id < b.id ? -1 : 1));
	return { stays, go };
}
