/**
 * A pattern for a whole label: a string alone would also match longer labels that contain it.
 * @param {string} label
 */
export const exactly = (label) => new RegExp(`^\\s*${label.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*$`);
