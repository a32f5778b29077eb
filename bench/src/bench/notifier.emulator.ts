// A Mattermost in a process of its own, with a channel, a bot and people, that stores so many posts a second (0: as many as it can).
import { Mattermost } from '@matterkit/client';
import { createEmulator } from '@matterkit/emulator';

process.on('disconnect', () => process.exit());
const [people = '', speed = ''] = process.argv.slice(2);
const emulator = await createEmulator();
if (Number(speed) > 0) emulator.faults.add({ fault: 'speed', posts_per_second: Number(speed) });
await using admin = new Mattermost({ url: emulator.url, token: emulator.admin.token });
const team = await admin.teams.create({ name: 'bench', display_name: 'Bench', type: 'O' });
const channel = await admin.channels.create({ team_id: team.id, name: 'notifications', display_name: 'Notifications' });
const bot = await admin.bots.create({ username: 'notifier', display_name: 'Notifier' });
const { token } = await admin.tokens.create(bot.user_id, 'bench');
await admin.teams.addMember(team.id, bot.user_id);
await admin.channels.addMember(channel.id, bot.user_id);
for (let number = 0; number < Number(people); number++) {
	const username = `person-${number}`;
	const user = await admin.users.create({ username, email: `${username}@example.com`, password: 'Bench-1-Bench' });
	await admin.teams.addMember(team.id, user.id);
	await admin.channels.addMember(channel.id, user.id);
}
console.log(JSON.stringify({ url: emulator.url, botToken: token, channelId: channel.id }));
