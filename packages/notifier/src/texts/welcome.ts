/** Answers a person's first direct message to the bot, once. */
export function welcomeMessage(): string {
	return [
		'#### Welcome!',
		'',
		'From now on you get your notifications here, as direct messages with all details, instead of a mention in the notification channel.',
	].join('\n');
}
