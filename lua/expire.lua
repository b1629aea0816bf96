-- Does what is due in one sale: announces its opening, closes it at its time, and ends the holds
-- whose deadline has passed; their stock is available again.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 sale, 6 attempts, 7 holds, 8 buyers
-- ARGV  1 incarnation, 2 seen, 3 fencing token, 4 sale id, 5 holds at the most (1–500)
-- Returns {'behind'} | {'fenced'} | {'sale-not-found'} | {'invalid', what}
--       | {'ok', feed number, expired}
--include numbers
--include lane
--include sale
--include record
--include buyer
--include hold
--include feed
--include due

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
  redis.call('ZREM', KEYS[4], ARGV[4])
  return { 'sale-not-found' }
end

local tickets = redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', lane.now, 'LIMIT', 0, most)
local texts = #tickets > 0 and redis.call('HMGET', KEYS[6], unpack(tickets)) or {}
local changed, feed_attempts, buyers = {}, {}, {}

local function buyer_of(buyer_id)
  buyers[buyer_id] = buyers[buyer_id] or parse_buyer(redis.call('HGET', KEYS[8], buyer_id) or nil)
  return buyers[buyer_id]
end

for i, ticket in ipairs(tickets) do
  local record = parse_record(texts[i] or '')
  if record.state == 'held' then
    expire_hold(sale, record, buyer_of(record.buyer))
    local text = format_record(record)
    changed[#changed + 1] = ticket
    changed[#changed + 1] = text
    feed_attempts[#feed_attempts + 1] = ticket .. '|' .. text
  end
end

if sale.opened == 0 and not is_scheduled(sale, lane.now) then
  sale.opened = 1
  append(lane, KEYS[2], 'opened', ARGV[4], load_sale(KEYS[5]), {})
  redis.call('HSET', KEYS[5], 'opened', 1)
end
if sale.closed == 0 and is_closed(sale, lane.now) then
  sale.closed = 1
  local before = load_sale(KEYS[5])
  before.closed = 1
  append(lane, KEYS[2], 'closed', ARGV[4], before, {})
  redis.call('HSET', KEYS[5], 'closed', 1)
end
if #feed_attempts > 0 then
  append(lane, KEYS[2], 'expired', ARGV[4], sale, { attempts = feed_attempts })
  redis.call('HSET', KEYS[6], unpack(changed))
  for buyer_id, buyer in pairs(buyers) do
    redis.call('HSET', KEYS[8], buyer_id, format_buyer(buyer))
  end
  save_counts(sale)
end
if #tickets > 0 then
  redis.call('ZREM', KEYS[7], unpack(tickets))
end
schedule(KEYS[4], KEYS[7], ARGV[4], sale)
return { 'ok', lane.feed, #feed_attempts }
