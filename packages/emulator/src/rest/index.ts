// Every route that the emulator has. A noun adds its list here.
import type { Route } from '../router.ts';
import { botRoutes } from './bots.ts';
import { emojiRoutes } from './emojis.ts';
import { fileRoutes } from './files.ts';
import { systemRoutes } from './system.ts';
import { uploadRoutes } from './uploads.ts';
import { userRoutes } from './users.ts';

export const routes: readonly Route[] = [
	...systemRoutes,
	...userRoutes,
	...botRoutes,
	...emojiRoutes,
	...fileRoutes,
	...uploadRoutes,
];
