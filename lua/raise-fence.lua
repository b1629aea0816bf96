-- Raises the lane's fencing token in Redis, after it rose in MySQL: from here on every script of
-- an earlier owner is refused. Only for the holder of the lease, and only if Redis has all that
-- the ledger has. Notes which run of Redis it was, so that with MySQL away another takeover of the
-- same run is known to find the same data (raise-fence-alone.lua).
--
-- KEYS  1 lane, 2 lease
-- ARGV  1 incarnation, 2 ledger number, 3 worker id, 4 fencing token, 5 Redis's run id
-- Returns {'behind'} | {'lost'} | {'fenced', fencing token} | {'ok', feed number}
--include numbers
--include lane

local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local token = integer(ARGV[4], 1, HIGHEST)
if redis.call('GET', KEYS[2]) ~= ARGV[3] then
  return { 'lost' }
elseif not token or token <= lane.token then
  return { 'fenced', lane.token }
end
redis.call('HSET', KEYS[1], 'fencingToken', token, 'runId', ARGV[5])
return { 'ok', lane.feed }
