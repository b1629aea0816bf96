/** What a shop's page needs to talk to Dropgate. */
export { SaleRoom } from './sale-room.js';
