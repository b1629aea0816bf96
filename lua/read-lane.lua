-- Reads where a lane stands, and whether it still has what the caller has seen.
--
-- KEYS  1 lane, 2 lease
-- ARGV  1 incarnation, 2 seen
-- Returns {'behind'} | {'ok', feed number, now, fencing token, ledger number, owner or '',
--           clock stopped: 0 | 1}
--include numbers
--include lane

local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
return {
  'ok', lane.feed, lane.now, lane.token, lane.ledger, redis.call('GET', KEYS[2]) or '',
  lane.due == NEVER and 1 or 0
}
