-- Opens a lane that was rebuilt from the ledger. Its feed goes on after the last entry that the
-- ledger has.
--
-- KEYS  1 lane, 2 lease, 3 rebuild
-- ARGV  1 incarnation, 2 worker id, 3 fencing token, 4 ledger number, 5 time of the last change,
--       6 Redis's run id
-- Returns {'lost'} | {'invalid', what} | {'ok', feed number}
--include numbers
--include rebuild

local token = integer(ARGV[3], 1, HIGHEST)
local ledger = integer(ARGV[4], 0, HIGHEST)
local clock = integer(ARGV[5], 0, HIGHEST)
if not (token and ledger and clock) then
  return { 'invalid', 'lane' }
elseif redis.call('GET', KEYS[2]) ~= ARGV[2] or not rebuilding(KEYS[1], KEYS[3], ARGV[1]) then
  return { 'lost' }
end
redis.call('UNLINK', KEYS[3])
redis.call('HSET', KEYS[1], 'incarnation', ARGV[1], 'feed', ledger, 'fencingToken', token,
  'clock', clock, 'ledger', ledger, 'runId', ARGV[6])
return { 'ok', ledger }
