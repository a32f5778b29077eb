// `POST /_emulator/faults`, where it is enabled: faults for clients that run in another process.
import { created, ok } from '../answer.ts';
import { AppError, EmulatorError } from '../errors.ts';
import { type Route, route } from '../router.ts';
import { checkFault, type Fault, type Incident } from './fault.ts';
import type { ActiveFault, Faults } from './faults.ts';

export interface Incidents {
	/** Makes it happen; a restart is waited for by nobody. */
	happen(incident: Incident): void;
}

const view = ({ id, fault, hits }: ActiveFault) => ({ id, ...fault, hits });
const open = { open: true } as const;

export function faultRoutes(faults: Faults, { happen }: Incidents): readonly Route[] {
	return [
		route('GET /_emulator/faults', () => faults.list().map(view), open),
		route(
			'POST /_emulator/faults',
			(call) => {
				const fault = checked(call.json('fault'));
				if (isIncident(fault)) {
					happen(fault);
					return ok;
				}
				return created(view(faults.add(fault)));
			},
			open,
		),
		route(
			'DELETE /_emulator/faults',
			() => {
				faults.clear();
				return ok;
			},
			open,
		),
		route(
			'DELETE /_emulator/faults/{id}',
			(call) => {
				faults.clear(call.params.id);
				return ok;
			},
			open,
		),
	];
}

function checked(given: unknown): Fault | Incident {
	try {
		return checkFault(given);
	} catch (error) {
		if (!(error instanceof EmulatorError)) throw error;
		throw new AppError(400, 'emulator.bad_fault', error.message);
	}
}

const incidents = new Set<string>(['drop_sockets', 'half_open_sockets', 'restart', 'clock']);
const isIncident = (fault: Fault | Incident): fault is Incident => incidents.has(fault.fault);
