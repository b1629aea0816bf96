-- Writes the next idempotency keys of a sale that is being rebuilt, and counts them against their
-- buyers. A key that is there already is left as it is.
--
-- KEYS  1 lane, 2 rebuild, 3 requests, 4 buyers
-- ARGV  1 incarnation, then for each key: field, value, buyer or '' for a restock's
-- Returns {'lost'} | {'ok'}
--include buyer
--include rebuild

if not rebuilding(KEYS[1], KEYS[2], ARGV[1]) then
  return { 'lost' }
end
for at = 2, #ARGV, 3 do
  local buyer_id = ARGV[at + 2]
  if redis.call('HSETNX', KEYS[3], ARGV[at], ARGV[at + 1]) == 1 and buyer_id ~= '' then
    local buyer = parse_buyer(redis.call('HGET', KEYS[4], buyer_id) or nil)
    buyer.keys = buyer.keys + 1
    redis.call('HSET', KEYS[4], buyer_id, format_buyer(buyer))
  end
end
return { 'ok' }
