export type { Admin } from './admin.ts';
export type {
	BotOptions,
	ChannelHandle,
	ChannelOptions,
	PostOptions,
	TeamHandle,
	TeamOptions,
	UserOptions,
} from './builders.ts';
export { Clock } from './clock.ts';
export { createEmulator, type Emulator, type EmulatorOptions, type RestartOptions } from './emulator.ts';
export { AppError, EmulatorError } from './errors.ts';
export type {
	CutFault,
	EventGap,
	Fault,
	Incident,
	Latency,
	Reorder,
	RequestFault,
	RequestScope,
	SlowBody,
	Speed,
	StatusFault,
} from './faults/fault.ts';
export type { ActiveFault, Faults } from './faults/faults.ts';
export type { Seed, SeedBot, SeedChannel, SeedPost, SeedTeam, SeedUser } from './seed.ts';
export type { SeenPost } from './seen-posts.ts';
export { defaultServer, type HubLimits, type RateLimit, type Settings, type SettingsOptions } from './settings.ts';
export type { UserHandle } from './user-handle.ts';
export type { Snapshot } from './world/world.ts';
