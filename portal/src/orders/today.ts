/** The day here, as a date field writes it. */
export const today = () => new Date().toLocaleDateString('sv-SE');
