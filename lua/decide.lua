-- Decides the next tickets at the head of a sale's line, in ticket order, whatever job woke the
-- caller: held while stock lasts, sold out when the quantity does not fit, rejected once the sale
-- is closed.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 sale, 6 attempts, 7 holds, 8 left
-- ARGV  1 incarnation, 2 seen, 3 fencing token, 4 sale id, 5 tickets at the most (1–500)
-- Returns {'behind'} | {'fenced'} | {'sale-not-found'} | {'invalid', what}
--       | {'ok', feed number, decided, still waiting}
--include numbers
--include lane
--include sale
--include record
--include feed

local most = integer(ARGV[5], 1, 500)
if not most then
  return { 'invalid', 'most' }
end
local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
if not owns(lane, integer(ARGV[3], 1, HIGHEST)) then
  return { 'fenced' }
end
local sale = load_sale(KEYS[5])
if not sale then
  redis.call('SREM', KEYS[3], ARGV[4])
  return { 'sale-not-found' }
end
if sale.waiting == 0 and sale.serving > sale.entered then
  redis.call('SREM', KEYS[3], ARGV[4])
  return { 'ok', lane.feed, 0, 0 }
end

local first, last = sale.serving, math.min(sale.serving + most - 1, sale.entered)
local tickets = {}
for ticket = first, last do
  tickets[#tickets + 1] = ticket
end
local texts = redis.call('HMGET', KEYS[6], unpack(tickets))
local closed = is_closed(sale, lane.now)
local expires = lane.now + sale.holdSeconds * 1000
local changed, feed_attempts, holds = {}, {}, {}

local function decide(ticket, record)
  if closed then
    change_state(record, 'rejected', 'sale-closed')
  elseif record.quantity <= sale.available then
    change_state(record, 'held', '')
    record.expires = expires
    sale.available, sale.held = sale.available - record.quantity, sale.held + record.quantity
    holds[#holds + 1] = expires
    holds[#holds + 1] = ticket
  else
    change_state(record, 'sold-out', '')
  end
end

for i, ticket in ipairs(tickets) do
  local record = parse_record(texts[i] or '')
  if record.state == 'waiting' then
    decide(ticket, record)
    local text = format_record(record)
    changed[#changed + 1] = ticket
    changed[#changed + 1] = text
    feed_attempts[#feed_attempts + 1] = ticket .. '|' .. text
  end
end
sale.serving = last + 1
sale.waiting = sale.waiting - #feed_attempts

-- Also when every ticket of this stretch had left: the feed tells where serving stands.
append(lane, KEYS[2], 'decided', ARGV[4], sale, { attempts = feed_attempts })
if #changed > 0 then
  redis.call('HSET', KEYS[6], unpack(changed))
end
save_counts(sale)
if #holds > 0 then
  redis.call('ZADD', KEYS[7], unpack(holds))
  redis.call('ZADD', KEYS[4], 'LT', expires, ARGV[4])
end
redis.call('ZREMRANGEBYSCORE', KEYS[8], '-inf', last)
if sale.serving > sale.entered then
  redis.call('SREM', KEYS[3], ARGV[4])
end
return { 'ok', lane.feed, #feed_attempts, sale.waiting }
