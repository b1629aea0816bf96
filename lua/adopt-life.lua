-- Gives the data of a lane a new life as it is: Redis has all that the ledger has, but somebody has
-- seen more of it. Under the new incarnation everybody starts from what is there.
--
-- KEYS  1 lane, 2 lease
-- ARGV  1 incarnation found, 2 ledger number, 3 worker id, 4 new incarnation, 5 fencing token,
--       6 Redis's run id
-- Returns {'lost'} | {'changed'} (it is not what was found) | {'ok', feed number}
--include numbers

local field = redis.call('HMGET', KEYS[1], 'incarnation', 'feed', 'fencingToken')
local feed = integer(field[2], 0, HIGHEST)
local token, ledger = integer(ARGV[5], 1, HIGHEST), integer(ARGV[2], 0, HIGHEST)
if redis.call('GET', KEYS[2]) ~= ARGV[3] then
  return { 'lost' }
elseif not feed or not token or not ledger or field[1] ~= ARGV[1] or feed < ledger
  or token <= (integer(field[3], 0, HIGHEST) or 0) then
  return { 'changed' }
end
redis.call('HSET', KEYS[1], 'incarnation', ARGV[4], 'fencingToken', token, 'runId', ARGV[6])
redis.call('HDEL', KEYS[1], 'lost')
return { 'ok', feed }
