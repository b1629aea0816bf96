-- Confirms a hold before its deadline: the stock is sold. Whether it was in time is decided here,
-- by Redis time, against the same deadline that ends the hold. Once this sells what a standby
-- ticket hoped for, that one ends as sold out.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 sale, 5 attempts, 6 holds, 7 buyers, 8 orders, 9 standby,
--       10 standby line
-- ARGV  1 incarnation, 2 seen, 3 sale id, 4 ticket, 5 tag, 6 buyer or '' for ops, 7 order id,
--       8 payment reference, 9 the order as JSON, 10 attempts at the most (2–500)
--       9 is '' when the order is a cart's: MySQL has it, and it has bound the hold before
-- Returns {'behind'} | {'invalid', what} | {'not-found'} | {'not-held'} | {'hold-expired'}
--       | {'already-confirmed'} (with another reference) | {'in-order'} (another one's)
--       | {'confirmed' | 'unchanged', feed number, record}
--include numbers
--include lane
--include sale
--include record
--include page
--include attempts
--include buyer
--include hold
--include standby
--include feed

local most = integer(ARGV[10], 2, 500)
if not most or not string.match(ARGV[7], '^[0-9a-z-]+$') then
  return { 'invalid', 'order' }
end
local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local sale = load_sale(KEYS[4])
local ticket = integer(ARGV[4], 1, HIGHEST)
local attempts = open_attempts(KEYS[5], KEYS[6])
local text = sale and ticket and record_text(attempts, ticket)
local record = text and parse_record(text)
if not record or record.tag ~= ARGV[5] or (ARGV[6] ~= '' and record.buyer ~= ARGV[6]) then
  return { 'not-found' }
end
if record.state == 'confirmed' then
  local known = redis.call('HGET', KEYS[8], ticket)
  local reference = known and cjson.decode(known).paymentReference or ARGV[8]
  if record.order ~= ARGV[7] or reference ~= ARGV[8] then
    return { 'already-confirmed' }
  end
  return { 'unchanged', lane.feed, text }
elseif record.state == 'expired' or record.state == 'released' then
  return { 'hold-expired' }
elseif record.state ~= 'held' then
  return { 'not-held' }
elseif record.order ~= '' and record.order ~= ARGV[7] then
  return { 'in-order' }
elseif record.order == '' and lane.due >= tonumber(record.expires) then
  -- The sweeper ends it; from its deadline on it can only expire.
  return { 'hold-expired' }
end

local keys, standby = { standby = KEYS[9], standbyLine = KEYS[10] }, new_standby()
local buyer = parse_buyer(redis.call('HGET', KEYS[7], record.buyer) or nil)
change_state(record, 'confirmed', '')
record.order = ARGV[7]
sale.held, sale.sold = sale.held - record.quantity, sale.sold + record.quantity
buyer.confirmed = buyer.confirmed + record.quantity
note(attempts, ticket, record)
dismiss(sale, keys, attempts, standby, most)

append(lane, KEYS[2], 'confirmed', ARGV[3], sale, { attempts = attempts.feed, orders = ARGV[9] })
save_attempts(attempts)
save_counts(sale)
save_standby(keys, standby)
redis.call('HSET', KEYS[7], record.buyer, format_buyer(buyer))
if ARGV[9] ~= '' then
  redis.call('HSET', KEYS[8], ticket, ARGV[9])
end
if standby_is_due(lane, sale, keys) then
  redis.call('SADD', KEYS[3], ARGV[3])
end
return { 'confirmed', lane.feed, format_record(record) }
