-- Pauses, resumes or closes a sale. Pausing stops entering only; closing lets the owner of the
-- lane reject what still waits. Repeated, it changes nothing. To resume a sale also says that the
-- clock of its lane is right again (stop-clock.lua).
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 sale
-- ARGV  1 incarnation, 2 seen, 3 sale id, 4 pause | resume | close, 5 reason of a pause
-- Returns {'behind'} | {'invalid', what} | {'sale-not-found'} | {'sale-closed'}
--       | {'ok' | 'unchanged', feed number}
--include numbers
--include lane
--include sale
--include feed

local KINDS = { pause = 'paused', resume = 'resumed', close = 'closed' }
local kind = KINDS[ARGV[4]]
if not kind or not string.match(ARGV[5], '^[a-z-]*$') or (kind == 'paused' and ARGV[5] == '') then
  return { 'invalid', 'action' }
end
local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local sale = load_sale(KEYS[4])
if not sale then
  return { 'sale-not-found' }
end
local clock_started = kind == 'resumed' and redis.call('HDEL', KEYS[1], 'clockStopped') == 1
if clock_started then
  -- The only place where a lane's time may fall: an operator says so.
  local time = redis.call('TIME')
  lane.now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  lane.due = lane.now
  redis.call('HSET', KEYS[1], 'clock', lane.now)
end
if kind ~= 'closed' and is_closed(sale, lane.due) then
  return { 'sale-closed' }
end

local before = sale.pausedFor .. sale.closed
if kind == 'closed' then
  sale.closed = 1
else
  sale.pausedFor = kind == 'paused' and ARGV[5] or ''
end
if before == sale.pausedFor .. sale.closed then
  return { clock_started and 'ok' or 'unchanged', lane.feed }
end
append(lane, KEYS[2], kind, ARGV[3], sale, {})
redis.call('HSET', KEYS[4], 'pausedFor', sale.pausedFor, 'closed', sale.closed)
if sale.serving <= sale.entered or sale.standby > 0 then
  redis.call('SADD', KEYS[3], ARGV[3])
end
return { 'ok', lane.feed }
