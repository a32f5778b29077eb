export type { Admin } from './admin.ts';
export { Clock } from './clock.ts';
export { createEmulator, type Emulator, type EmulatorOptions } from './emulator.ts';
export { AppError, EmulatorError } from './errors.ts';
export { defaultServer, type HubLimits, type RateLimit, type Settings, type SettingsOptions } from './settings.ts';
export type { Snapshot } from './world/world.ts';
