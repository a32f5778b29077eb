/** A Mattermost user as the gateway shows them. Plain data: it travels in events from node to node. */
export type Person = {
	readonly id: string;
	readonly username: string;
	/** '' where the server's privacy settings hide it. */
	readonly email: string;
	/** System administrators. */
	readonly isStaff: boolean;
	readonly nickname: string;
	readonly firstName: string;
	readonly lastName: string;
	readonly isBot: boolean;
	readonly isActive: boolean;
};

/** What of a user Mattermost's answers have. */
export interface UserFacts {
	readonly id: string;
	readonly username: string;
	readonly email: string;
	readonly roles: string;
	readonly nickname: string;
	readonly first_name: string;
	readonly last_name: string;
	readonly delete_at: number;
	readonly is_bot?: boolean;
}

/** What ordinary users may see of others: `ShowEmailAddress` and `ShowFullName` of the server's settings. */
export interface Privacy {
	readonly showEmail: boolean;
	readonly showFullName: boolean;
}

export const personOf = (user: UserFacts): Person => ({
	id: user.id,
	username: user.username,
	email: user.email,
	isStaff: user.roles.split(' ').includes('system_admin'),
	nickname: user.nickname,
	firstName: user.first_name,
	lastName: user.last_name,
	isBot: user.is_bot === true,
	isActive: user.delete_at === 0,
});

/** As any member may see the person: what the administrator reads is more than what others may. */
export const asSeenByAll = (person: Person, { showEmail, showFullName }: Privacy): Person => ({
	...person,
	email: showEmail ? person.email : '',
	firstName: showFullName ? person.firstName : '',
	lastName: showFullName ? person.lastName : '',
});
