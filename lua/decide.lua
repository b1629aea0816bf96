-- Decides the next tickets at the head of a sale's line, in ticket order, whatever job woke the
-- caller. First what is available is offered to standby; then a ticket is held while stock lasts,
-- stands by while what it wants may come back, is sold out otherwise, and rejected once the sale
-- is closed.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 sale, 6 attempts, 7 holds, 8 left, 9 standby,
--       10 standby line
-- ARGV  1 incarnation, 2 seen, 3 fencing token, 4 sale id, 5 attempts at the most (1–500)
-- Returns {'behind'} | {'fenced'} | {'sale-not-found'} | {'invalid', what}
--       | {'ok', feed number, changed, 'more' | 'done'}
--include numbers
--include lane
--include sale
--include record
--include changes
--include hold
--include standby
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

local keys = { attempts = KEYS[6], standby = KEYS[9], standbyLine = KEYS[10] }
local closed = is_closed(sale, lane.due)
local changes, standby, holds = new_changes(), new_standby(), {}

-- The deadline of every hold of this call, as text: Lua is slow to write numbers.
local deadline = string.format('%d', lane.now + sale.holdSeconds * 1000)

-- Decides one ticket, given as text, of an attempt that waits.
local function decide(ticket, quantity_text, owner)
  local quantity = tonumber(quantity_text)
  local state, expires, reason
  if closed then
    state, expires, reason = 'rejected', '', 'sale-closed'
  elseif quantity <= sale.available then
    state, expires, reason = 'held', deadline, ''
    sale.available, sale.held = sale.available - quantity, sale.held + quantity
    holds[#holds + 1] = deadline
    holds[#holds + 1] = ticket
  elseif sale.standby < sale.standbyLimit and quantity <= sale.total - sale.sold then
    state, expires, reason = 'standby', '', ''
    join_standby(sale, standby, tonumber(ticket), quantity)
  else
    state, expires, reason = 'sold-out', '', ''
  end
  sale.waiting = sale.waiting - 1
  note_text(changes, ticket, decided_text(state, quantity_text, owner, expires, reason))
end

-- The next tickets of the line, as far as this call may go. Those that left are passed over.
local function decide_line()
  local first = sale.serving
  local last = math.min(first + most - changes.count - 1, sale.entered)
  if last < first then
    return
  end
  local tickets = {}
  for ticket = first, last do
    tickets[#tickets + 1] = string.format('%d', ticket)
  end
  local texts = redis.call('HMGET', keys.attempts, unpack(tickets))
  for i, ticket in ipairs(tickets) do
    local text = texts[i] or ''
    local quantity, owner = string.match(text, WAITING)
    if quantity then
      decide(ticket, quantity, owner)
    elseif parse_record(text).state == 'waiting' then
      error('attempt record is damaged')
    end
  end
  sale.serving = last + 1
end

local served = sale.serving
if closed then
  reject_standby(sale, keys, changes, standby, most)
else
  offer(lane, sale, keys, changes, standby, holds, most)
  dismiss(sale, keys, changes, standby, most)
end
decide_line()

-- Also when every ticket of this stretch had left: the feed tells where serving stands.
if changes.count > 0 or sale.serving > served then
  append(lane, KEYS[2], 'decided', ARGV[4], sale, { attempts = changes.feed })
  save_records(changes, keys.attempts)
  save_counts(sale)
  save_standby(keys, standby)
  save_holds(holds, KEYS[7], KEYS[4], ARGV[4])
  redis.call('ZREMRANGEBYSCORE', KEYS[8], '-inf', sale.serving - 1)
end
local more = sale.serving <= sale.entered or standby_is_due(lane, sale, keys)
if not more then
  redis.call('SREM', KEYS[3], ARGV[4])
end
return { 'ok', lane.feed, changes.count, more and 'more' or 'done' }
