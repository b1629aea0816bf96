-- Takes the lease of a lane if nobody holds it, or keeps it if the caller does.
--
-- KEYS  1 lease
-- ARGV  1 worker id, 2 milliseconds
-- Returns {'acquired'} | {'held', owner, milliseconds left} | {'invalid', what}
--include numbers

local ttl = integer(ARGV[2], 1, 3600000)
if not ttl then
  return { 'invalid', 'milliseconds' }
end
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return { 'held', owner, redis.call('PTTL', KEYS[1]) }
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ttl)
return { 'acquired' }
