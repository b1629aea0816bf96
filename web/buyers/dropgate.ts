import { connect } from '../client/index.js';

/** The one connection that all parts of a page share. */
export const dropgate = connect();
