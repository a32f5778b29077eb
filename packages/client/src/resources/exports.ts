import type { RequestOptions } from '@matterkit/http';
import { Resource } from './resource.ts';

/** Files that export jobs made. */
export class Exports extends Resource {
	list(options?: RequestOptions) {
		return this.call('GET /api/v4/exports', [], options);
	}

	delete(name: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/exports/{export_name}', [name], options);
	}
}

/** Files that wait for an import job. */
export class Imports extends Resource {
	list(options?: RequestOptions) {
		return this.call('GET /api/v4/imports', [], options);
	}

	delete(name: string, options?: RequestOptions) {
		return this.call('DELETE /api/v4/imports/{import_name}', [name], options);
	}
}
