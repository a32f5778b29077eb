// What a new account must look like. Pure: the same rules hold for the GraphQL mutation and for MattermostAdminProxy.

/** Why a value was refused, in words for the person who typed it; undefined: it is fine. */
export type Refusal = string | undefined;

/** Mattermost's own rule and wording (`model.user.is_valid.username.app_error`), with the dots of the message written out. */
export function refuseUsername(username: string): Refusal {
	if (/^[a-z][a-z0-9._-]{2,21}$/.test(username)) return undefined;
	return 'Username must begin with a letter, and contain between 3 to 22 lowercase characters made up of numbers, letters, and the symbols ".", "-", and "_".';
}

/** Mattermost takes at most 128 characters. Whether somebody reads mail there is not asked. */
export function refuseEmail(email: string): Refusal {
	const looksRight = /^[^\s@<>()[\],;:"]+@[^\s@<>()[\],;:"]+\.[^\s@<>()[\],;:".]+$/.test(email);
	return looksRight && email.length <= 128 ? undefined : 'Invalid email address';
}

/** Length is what resists guessing; composition rules mostly make people write passwords down (NIST SP 800-63B). */
export function refusePassword(password: string, { username, email }: { username: string; email: string }): Refusal {
	if ([...password].length < 8) return 'Password must have at least 8 characters.';
	if (Buffer.byteLength(password) > 256) return 'Password must have at most 256 bytes.';
	if (new Set(password).size < 4) return 'Password must have at least 4 different characters.';
	const folded = password.toLowerCase();
	if (folded.includes(username.toLowerCase()) || folded === email.toLowerCase()) {
		return 'Password must not contain the username or be the email address.';
	}
	return undefined;
}

/** The stricter rule of `MattermostAdminProxy.createUser`, for passwords that go to Mattermost itself. */
export function refuseMattermostPassword(password: string): Refusal {
	const strong =
		[...password].length >= 10 &&
		/[a-z]/.test(password) &&
		/[A-Z]/.test(password) &&
		/\d/.test(password) &&
		/[^A-Za-z0-9\s]/.test(password);
	return strong
		? undefined
		: 'Password must have at least 10 characters, with an upper-case and a lower-case letter, a digit and a symbol.';
}

/** A channel's name as Mattermost takes it (`model.channel.is_valid.1_or_more.app_error` and its kin). */
export function refuseChannelName(name: string): Refusal {
	if (/^[a-z0-9]([a-z0-9_-]{0,62}[a-z0-9])?$/.test(name)) return undefined;
	return 'Channel name must have 1 to 64 lower-case letters, digits, "-" and "_", and begin and end with a letter or digit.';
}

/** A team's name as Mattermost takes it (`model.team.is_valid.characters.app_error`); some words are reserved there. */
export function refuseTeamName(name: string): Refusal {
	if (/^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$/.test(name)) return undefined;
	return 'Team name must have 2 to 64 lower-case letters, digits and "-", and begin and end with a letter or digit.';
}
