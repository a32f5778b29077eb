/** Of a key whose parts stand between colons, such as an id: request `1:2` of user 3 is not request 1 of user `2:3`. */
export const keyPart = (part: string | number) => String(part).replace(/[%:]/g, encodeURIComponent);
