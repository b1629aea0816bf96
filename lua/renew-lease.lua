-- Renews the caller's lease. A lease that ran out is taken again while no other worker has raised
-- the fencing token: one slow fsync must not move every lane.
--
-- KEYS  1 lane, 2 lease
-- ARGV  1 worker id, 2 milliseconds, 3 fencing token
-- Returns {'renewed'} | {'lost'} | {'invalid', what}
--include numbers

local ttl = integer(ARGV[2], 1, 3600000)
local token = integer(ARGV[3], 1, HIGHEST)
if not ttl or not token then
  return { 'invalid', 'lease' }
end
local owner = redis.call('GET', KEYS[2])
if (owner and owner ~= ARGV[1])
  or integer(redis.call('HGET', KEYS[1], 'fencingToken'), 0, HIGHEST) ~= token then
  return { 'lost' }
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ttl)
return { 'renewed' }
