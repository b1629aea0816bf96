-- Adds to a sale's stock, which standby is offered first, or takes back what is neither held nor
-- sold. With a key, a repeated call has the effect of one.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 sale, 6 attempts, 7 holds, 8 requests, 9 standby,
--       10 standby line
-- ARGV  1 incarnation, 2 seen, 3 sale id, 4 quantity (not 0), 5 caller, 6 key or '',
--       7 attempts at the most (2–500)
-- Returns {'behind'} | {'invalid', what} | {'sale-not-found'} | {'sale-closed'} (archived) | {'idempotency-key-reused'}
--       | {'stock-in-use', available} | {'over-bound', total}
--       | {'ok' | 'unchanged', feed number}
--include numbers
--include lane
--include sale
--include record
--include page
--include attempts
--include hold
--include standby
--include feed

local quantity = integer(ARGV[4], -10000000, 10000000)
local most = integer(ARGV[7], 2, 500)
if not quantity or quantity == 0 or not most then
  return { 'invalid', 'quantity' }
end
local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local sale = load_sale(KEYS[5])
if not sale then
  return { 'sale-not-found' }
end
-- Buyer ids hold no colon, so this can be no buyer's key.
local caller = 'restock:' .. ARGV[5]
local known = ARGV[6] ~= '' and redis.call('HGET', KEYS[8], caller .. ':' .. ARGV[6])
if known then
  if known ~= tostring(quantity) then
    return { 'idempotency-key-reused' }
  end
  return { 'unchanged', lane.feed }
end
if sale.archived == 1 then
  return { 'sale-closed' }
elseif sale.available + quantity < 0 then
  return { 'stock-in-use', sale.available }
elseif sale.total + quantity > 10000000 then
  return { 'over-bound', sale.total }
end

local keys, standby = { standby = KEYS[9], standbyLine = KEYS[10] }, new_standby()
local attempts = open_attempts(KEYS[6], KEYS[7])
sale.total, sale.available = sale.total + quantity, sale.available + quantity
if not is_closed(sale, lane.due) then
  offer(lane, sale, keys, attempts, standby, most)
  dismiss(sale, keys, attempts, standby, most)
end

local used = ARGV[6] ~= '' and { '0|' .. quantity .. '|200|' .. caller .. '|' .. ARGV[6] } or {}
append(lane, KEYS[2], 'restocked', ARGV[3], sale, { attempts = attempts.feed, keys = used })
save_attempts(attempts, KEYS[4], ARGV[3])
save_counts(sale)
save_standby(keys, standby)
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[8], caller .. ':' .. ARGV[6], tostring(quantity))
end
if standby_is_due(lane, sale, keys) then
  redis.call('SADD', KEYS[3], ARGV[3])
end
return { 'ok', lane.feed }
