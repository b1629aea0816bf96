-- Does what is due in one sale: announces its opening, closes it at its time, and ends the holds
-- whose deadline has passed; their stock is offered to standby.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 sale, 6 attempts, 7 holds, 8 buyers, 9 standby,
--       10 standby line
-- ARGV  1 incarnation, 2 seen, 3 fencing token, 4 sale id, 5 attempts at the most (2–500)
-- Returns {'behind'} | {'fenced'} | {'sale-not-found'} | {'invalid', what}
--       | {'ok', feed number, expired, 'more' | 'done'}
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
--include due

local most = integer(ARGV[5], 2, 500)
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

local keys, standby = { standby = KEYS[9], standbyLine = KEYS[10] }, new_standby()
local attempts, buyers = open_attempts(KEYS[6], KEYS[7]), {}

-- Half of the call ends holds, the other half gives their stock away.
local due_pages = redis.call('ZRANGEBYSCORE', KEYS[7], '-inf', lane.due, 'LIMIT', 0, most / 2)
for place, number in ipairs(due_pages) do
  due_pages[place] = page_at(attempts, tonumber(number)) or error('attempt page is missing')
end

local function buyer_of(buyer_id)
  buyers[buyer_id] = buyers[buyer_id] or parse_buyer(redis.call('HGET', KEYS[8], buyer_id) or nil)
  return buyers[buyer_id]
end

-- Ends what is due in one page, as far as this call may go.
local function end_due_holds(page)
  -- Also when nothing was due: its deadline is put right.
  page.changed = true
  for at, line in ipairs(page.lines) do
    local deadline = deadline_of(line)
    if attempts.count == most / 2 then
      return
    elseif deadline and deadline <= lane.due then
      local ticket = page.before + at
      local record = record_at(attempts, ticket)
      expire_hold(sale, record, buyer_of(record.buyer))
      note(attempts, ticket, record)
    end
  end
end

if sale.opened == 0 and not is_scheduled(sale, lane.due) then
  sale.opened = 1
  append(lane, KEYS[2], 'opened', ARGV[4], sale, {})
  redis.call('HSET', KEYS[5], 'opened', 1)
end
if sale.closed == 0 and is_closed(sale, lane.due) then
  sale.closed = 1
  append(lane, KEYS[2], 'closed', ARGV[4], sale, {})
  redis.call('HSET', KEYS[5], 'closed', 1)
  redis.call('SADD', KEYS[3], ARGV[4])
end

for _, page in ipairs(due_pages) do
  end_due_holds(page)
end
local expired = attempts.count
if sale.closed == 0 then
  offer(lane, sale, keys, attempts, standby, most)
end

if attempts.count > 0 then
  append(lane, KEYS[2], 'expired', ARGV[4], sale, { attempts = attempts.feed })
  for buyer_id, buyer in pairs(buyers) do
    redis.call('HSET', KEYS[8], buyer_id, format_buyer(buyer))
  end
  save_counts(sale)
  save_standby(keys, standby)
end
save_attempts(attempts, KEYS[4], ARGV[4])
if standby_is_due(lane, sale, keys) then
  redis.call('SADD', KEYS[3], ARGV[4])
end
schedule(KEYS[4], KEYS[7], ARGV[4], sale)
return { 'ok', lane.feed, expired, expired == most / 2 and 'more' or 'done' }
