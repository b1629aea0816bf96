-- Adds to a sale's stock, or takes back what is neither held nor sold. With a key, a repeated
-- call has the effect of one.
--
-- KEYS  1 lane, 2 feed, 3 sale, 4 requests
-- ARGV  1 incarnation, 2 seen, 3 sale id, 4 quantity (not 0), 5 caller, 6 key or ''
-- Returns {'behind'} | {'invalid', what} | {'sale-not-found'} | {'idempotency-key-reused'}
--       | {'stock-in-use', available} | {'over-bound', total}
--       | {'ok' | 'unchanged', feed number}
--include numbers
--include lane
--include sale
--include feed

local quantity = integer(ARGV[4], -10000000, 10000000)
if not quantity or quantity == 0 then
  return { 'invalid', 'quantity' }
end
local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local sale = load_sale(KEYS[3])
if not sale then
  return { 'sale-not-found' }
end
-- Buyer ids hold no colon, so this can be no buyer's key.
local caller = 'restock:' .. ARGV[5]
local known = ARGV[6] ~= '' and redis.call('HGET', KEYS[4], caller .. ':' .. ARGV[6])
if known then
  if known ~= tostring(quantity) then
    return { 'idempotency-key-reused' }
  end
  return { 'unchanged', lane.feed }
end
if sale.available + quantity < 0 then
  return { 'stock-in-use', sale.available }
elseif sale.total + quantity > 10000000 then
  return { 'over-bound', sale.total }
end

sale.total, sale.available = sale.total + quantity, sale.available + quantity
local keys = ARGV[6] ~= '' and { '0|' .. quantity .. '|200|' .. caller .. '|' .. ARGV[6] } or {}
append(lane, KEYS[2], 'restocked', ARGV[3], sale, { keys = keys })
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[4], caller .. ':' .. ARGV[6], tostring(quantity))
end
save_counts(sale)
return { 'ok', lane.feed }
