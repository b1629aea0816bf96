-- Binds a hold to an order that is being placed, or lets it go again. A bound hold does not
-- expire: whether its order is placed is decided elsewhere, within seconds, also after a crash.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 sale, 6 attempts, 7 holds, 8 buyers, 9 standby,
--       10 standby line
-- ARGV  1 incarnation, 2 seen, 3 sale id, 4 ticket, 5 tag, 6 buyer, 7 order id, 8 bind | unbind,
--       9 attempts at the most (2–500)
-- Returns {'behind'} | {'invalid', what} | {'not-found'} | {'not-held'}
--       | {'hold-expired'} | {'in-order'} (another one) | {'ok' | 'unchanged', feed number}
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

local most = integer(ARGV[9], 2, 500)
if not most or not string.match(ARGV[7], '^[0-9a-z-]+$') then
  return { 'invalid', 'order' }
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
local late = record.expires ~= '' and lane.due >= tonumber(record.expires)
local mine = record.order == ARGV[7]
if ARGV[8] == 'bind' then
  if record.state == 'expired' or record.state == 'released' then
    return { 'hold-expired' }
  elseif mine then
    return { 'unchanged', lane.feed }
  elseif record.state ~= 'held' then
    return { 'not-held' }
  elseif record.order ~= '' then
    return { 'in-order' }
  elseif late then
    return { 'hold-expired' }
  end
elseif not mine or record.state ~= 'held' then
  return { 'unchanged', lane.feed }
end

local keys, standby = { standby = KEYS[9], standbyLine = KEYS[10] }, new_standby()
local buyer
if ARGV[8] == 'bind' then
  record.order = ARGV[7]
else
  record.order = ''
  if late then
    buyer = parse_buyer(redis.call('HGET', KEYS[8], record.buyer) or nil)
    expire_hold(sale, record, buyer)
  end
end
note(attempts, ticket, record)
if late and not is_closed(sale, lane.due) then
  offer(lane, sale, keys, attempts, standby, most)
end

append(lane, KEYS[2], ARGV[8] == 'bind' and 'bound' or 'unbound', ARGV[3], sale,
  { attempts = attempts.feed })
save_attempts(attempts, KEYS[4], ARGV[3])
save_counts(sale)
save_standby(keys, standby)
if buyer then
  redis.call('HSET', KEYS[8], record.buyer, format_buyer(buyer))
end
if standby_is_due(lane, sale, keys) then
  redis.call('SADD', KEYS[3], ARGV[3])
end
return { 'ok', lane.feed }
