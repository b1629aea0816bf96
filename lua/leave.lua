-- Ends an attempt by its buyer's wish: out of the line, or the hold released. A hold whose
-- deadline has passed ends as expired, also when the sweeper has not come by yet.
--
-- KEYS  1 lane, 2 feed, 3 sale, 4 attempts, 5 holds, 6 left, 7 buyers
-- ARGV  1 incarnation, 2 seen, 3 sale id, 4 ticket, 5 tag, 6 buyer
-- Returns {'behind'} | {'not-found'} | {'already-confirmed'}
--       | {'left' | 'unchanged', feed number, record}
--include numbers
--include lane
--include sale
--include record
--include buyer
--include hold
--include feed

local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local sale = load_sale(KEYS[3])
local ticket = integer(ARGV[4], 1, HIGHEST)
local text = sale and ticket and redis.call('HGET', KEYS[4], ticket)
local record = text and parse_record(text)
if not record or record.tag ~= ARGV[5] or record.buyer ~= ARGV[6] then
  return { 'not-found' }
end
if record.state == 'confirmed' then
  return { 'already-confirmed' }
end
if not is_live(record.state) then
  return { 'unchanged', lane.feed, text }
end

local was = record.state
local late = was == 'held' and lane.now >= tonumber(record.expires)
local buyer = late and parse_buyer(redis.call('HGET', KEYS[7], record.buyer) or nil)
if late then
  expire_hold(sale, record, buyer)
elseif was == 'held' then
  end_hold(sale, record, 'released')
else
  change_state(record, 'released', '')
  sale.waiting = sale.waiting - 1
end
text = format_record(record)
append(lane, KEYS[2], late and 'expired' or 'left', ARGV[3], sale, { attempts = { ticket .. '|' .. text } })
redis.call('HSET', KEYS[4], ticket, text)
save_counts(sale)
if was == 'waiting' then
  redis.call('ZADD', KEYS[6], ticket, ticket)
else
  redis.call('ZREM', KEYS[5], ticket)
end
if buyer then
  redis.call('HSET', KEYS[7], record.buyer, format_buyer(buyer))
end
return { 'left', lane.feed, text }
