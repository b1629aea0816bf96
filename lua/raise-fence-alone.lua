-- Raises the lane's fencing token in Redis alone, while MySQL is away: only for the holder of the
-- lease, and only if this is the very run of Redis that was last held against MySQL. A run that
-- never ended has lost nothing.
--
-- KEYS  1 lane, 2 lease
-- ARGV  1 worker id, 2 Redis's run id
-- Returns {'unproven'} | {'lost'} | {'ok', incarnation, feed number, ledger number, fencing token}
--include numbers

local field = redis.call('HMGET', KEYS[1],
  'incarnation', 'feed', 'ledger', 'fencingToken', 'runId', 'lost')
local feed, ledger = integer(field[2], 0, HIGHEST), integer(field[3], 0, HIGHEST)
local token = integer(field[4], 0, HIGHEST)
if not (field[1] and feed and ledger and token) or field[5] ~= ARGV[2] or field[6] then
  return { 'unproven' }
elseif redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return { 'lost' }
end
redis.call('HSET', KEYS[1], 'fencingToken', token + 1)
return { 'ok', field[1], feed, ledger, token + 1 }
