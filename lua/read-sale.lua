-- Reads one sale, its lane's feed number and Redis's time in one moment.
--
-- KEYS  1 lane, 2 sale
-- ARGV  1 incarnation, 2 seen
-- Returns {'behind'} | {'sale-not-found', feed number, now}
--       | {'ok', feed number, now, field, value, …}
--include numbers
--include lane

local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local fields = redis.call('HGETALL', KEYS[2])
if #fields == 0 then
  return { 'sale-not-found', lane.feed, lane.now }
end
return { 'ok', lane.feed, lane.now, unpack(fields) }
