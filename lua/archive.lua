-- Marks a finished sale as archived: from here on it is read from MySQL. Finished is a sale that
-- is closed or sold to the last unit, in which nothing waits, stands by or is held, and in which
-- nothing has happened for a while. Its keys are removed when the ledger has this, too.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 sale
-- ARGV  1 incarnation, 2 seen, 3 fencing token, 4 sale id, 5 milliseconds of quiet
-- Returns {'behind'} | {'fenced'} | {'sale-not-found'} | {'invalid', what} | {'not-finished'}
--       | {'ok' | 'unchanged', feed number}
--include numbers
--include lane
--include sale
--include feed

local quiet = integer(ARGV[5], 0, HIGHEST)
if not quiet then
  return { 'invalid', 'quiet' }
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
  return { 'sale-not-found' }
elseif sale.archived == 1 then
  return { 'unchanged', lane.feed }
end
local over = is_closed(sale, lane.due) or (sale.total > 0 and sale.sold == sale.total)
if not over or sale.waiting + sale.held + sale.standby > 0
  or lane.now < sale.changedAt + quiet then
  return { 'not-finished' }
end
sale.closed, sale.archived = 1, 1
append(lane, KEYS[2], 'archived', ARGV[4], sale, {})
redis.call('HSET', KEYS[5], 'closed', 1, 'archived', 1)
redis.call('SREM', KEYS[3], ARGV[4])
redis.call('ZREM', KEYS[4], ARGV[4])
return { 'ok', lane.feed }
