// Templates that are not the program's own, and how they stand in a row.
export const welcomeTemplate = 'WELCOME';
export const testTemplate = 'TEST';
/** A delivery that tells what its items say. */
export const digestTemplate = 'DIGEST';
