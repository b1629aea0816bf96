-- A worker's sign of life; workers that gave none for a while are struck off.
--
-- KEYS  1 roster
-- ARGV  1 worker id, 2 milliseconds that a sign is good for
-- Returns {'ok', running workers} | {'invalid', what}
--include numbers

local ttl = integer(ARGV[2], 1, 3600000)
if not ttl then
  return { 'invalid', 'milliseconds' }
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - ttl)
return { 'ok', redis.call('ZCARD', KEYS[1]) }
