// Every route that the emulator has. A noun adds its list here.
import type { Route } from '../router.ts';
import { systemRoutes } from './system.ts';
import { userRoutes } from './users.ts';

export const routes: readonly Route[] = [...systemRoutes, ...userRoutes];
