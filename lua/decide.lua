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
--include page
--include attempts
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

local keys, standby = { standby = KEYS[9], standbyLine = KEYS[10] }, new_standby()
local attempts = open_attempts(KEYS[6], KEYS[7])
local closed = is_closed(sale, lane.due)

-- The deadline of every hold of this call. As text, too: Lua is slow to write numbers.
local deadline = lane.now + sale.holdSeconds * 1000
local deadline_text = string.format('%d', deadline)

-- The line of an attempt that waited, decided; all but the deadline as text.
local function decide(ticket, quantity_text, owner)
  local quantity = tonumber(quantity_text)
  sale.waiting = sale.waiting - 1
  if closed then
    return decided_line(ticket, 'rejected', quantity_text, owner, '', 'sale-closed')
  elseif quantity <= sale.available then
    sale.available, sale.held = sale.available - quantity, sale.held + quantity
    return decided_line(ticket, 'held', quantity_text, owner, deadline_text, '')
  elseif sale.standby < sale.standbyLimit and quantity <= sale.total - sale.sold then
    join_standby(sale, standby, tonumber(ticket), quantity)
    return decided_line(ticket, 'standby', quantity_text, owner, '', '')
  end
  return decided_line(ticket, 'sold-out', quantity_text, owner, '', '')
end

-- Decides tickets of one page.
local function decide_page(page, first, last)
  local lines, feed, count, held = page.lines, attempts.feed, attempts.count, sale.held
  for at = first - page.before, last - page.before do
    local ticket, quantity, owner = string.match(lines[at] or '', WAITING)
    if ticket then
      local line = decide(ticket, quantity, owner)
      count = count + 1
      lines[at], feed[count] = line, line
    elseif record_at(attempts, page.before + at).state == 'waiting' then
      error('attempt record is damaged')
    end
  end
  page.changed = page.changed or count > attempts.count
  -- Who was passed over may have a hold that ends before.
  page.deadline = sale.held > held and count - attempts.count == #lines and deadline or nil
  attempts.count = count
end

-- The next tickets of the line, as far as this call may go. Those that left are passed over.
local function decide_line()
  local first = sale.serving
  local last = math.min(first + most - attempts.count - 1, sale.entered)
  while first <= last do
    local page = page_at(attempts, page_of(first)) or error('attempt page is missing')
    local last_here = math.min(last, page.before + PAGE)
    decide_page(page, first, last_here)
    first = last_here + 1
  end
  sale.serving = first
end

local served = sale.serving
if closed then
  reject_standby(sale, keys, attempts, standby, most)
else
  offer(lane, sale, keys, attempts, standby, most)
  dismiss(sale, keys, attempts, standby, most)
end
decide_line()

-- Also when every ticket of this stretch had left: the feed tells where serving stands.
if attempts.count > 0 or sale.serving > served then
  append(lane, KEYS[2], 'decided', ARGV[4], sale, { attempts = attempts.feed })
  save_attempts(attempts, KEYS[4], ARGV[4])
  save_counts(sale)
  save_standby(keys, standby)
  redis.call('ZREMRANGEBYSCORE', KEYS[8], '-inf', sale.serving - 1)
end
local more = sale.serving <= sale.entered or standby_is_due(lane, sale, keys)
if not more then
  redis.call('SREM', KEYS[3], ARGV[4])
end
return { 'ok', lane.feed, attempts.count, more and 'more' or 'done' }
