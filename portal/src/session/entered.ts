const ENTERED = 'navette.entered';

/** Whether somebody signed in with this browser and has not left: nobody else is asked for at the start. */
export const hasEntered = () => localStorage.getItem(ENTERED) !== null;

export const rememberEntry = (entered: boolean) =>
  entered ? localStorage.setItem(ENTERED, 'yes') : localStorage.removeItem(ENTERED);
