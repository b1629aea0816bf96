-- Reads the order that a confirmed attempt made by itself: MySQL may not have it yet.
--
-- KEYS  1 lane, 2 attempts, 3 orders
-- ARGV  1 incarnation, 2 seen, 3 ticket, 4 tag
-- Returns {'behind'} | {'not-found'} | {'ok', record, order as JSON}
--include numbers
--include lane
--include record
--include page

local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local order = redis.call('HGET', KEYS[3], ARGV[3])
local text = order and read_record(KEYS[2], tonumber(ARGV[3]))
if not order or not text or parse_record(text).tag ~= ARGV[4] then
  return { 'not-found' }
end
return { 'ok', text, order }
