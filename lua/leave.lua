-- Ends an attempt by its buyer's wish: out of the line or of standby, or the hold released; its
-- stock is offered to standby. A hold whose deadline has passed ends as expired, also when the
-- sweeper has not come by yet.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 sale, 6 attempts, 7 holds, 8 left, 9 buyers, 10 standby,
--       11 standby line
-- ARGV  1 incarnation, 2 seen, 3 sale id, 4 ticket, 5 tag, 6 buyer, 7 attempts at the most (2–500)
-- Returns {'behind'} | {'not-found'} | {'already-confirmed'} | {'in-order'} | {'invalid', what}
--       | {'left' | 'unchanged', feed number, record}
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

local most = integer(ARGV[7], 2, 500)
if not most then
  return { 'invalid', 'most' }
end
local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local sale = load_sale(KEYS[5])
local ticket = integer(ARGV[4], 1, HIGHEST)
local attempts = open_attempts(KEYS[6], KEYS[7])
local text = sale and ticket and record_text(attempts, ticket)
local record = text and parse_record(text)
if not record or record.tag ~= ARGV[5] or record.buyer ~= ARGV[6] then
  return { 'not-found' }
end
if record.state == 'confirmed' then
  return { 'already-confirmed' }
end
if record.order ~= '' and record.state == 'held' then
  return { 'in-order' }
end
if not is_live(record.state) then
  return { 'unchanged', lane.feed, text }
end

local keys, standby = { standby = KEYS[10], standbyLine = KEYS[11] }, new_standby()
local was = record.state
local late = was == 'held' and lane.due >= tonumber(record.expires)
local buyer = late and parse_buyer(redis.call('HGET', KEYS[9], record.buyer) or nil)
if late then
  expire_hold(sale, record, buyer)
elseif was == 'held' then
  end_hold(sale, record, 'released')
else
  change_state(record, 'released', '')
  sale[was] = sale[was] - 1
end
note(attempts, ticket, record)
if was == 'standby' then
  standby.gone[1] = ticket
elseif was == 'held' and not is_closed(sale, lane.due) then
  offer(lane, sale, keys, attempts, standby, most)
end

append(lane, KEYS[2], late and 'expired' or 'left', ARGV[3], sale, { attempts = attempts.feed })
save_attempts(attempts, KEYS[4], ARGV[3])
save_counts(sale)
save_standby(keys, standby)
if was == 'waiting' then
  redis.call('ZADD', KEYS[8], ticket, ticket)
end
if buyer then
  redis.call('HSET', KEYS[9], record.buyer, format_buyer(buyer))
end
if standby_is_due(lane, sale, keys) then
  redis.call('SADD', KEYS[3], ARGV[3])
end
return { 'left', lane.feed, format_record(record) }
