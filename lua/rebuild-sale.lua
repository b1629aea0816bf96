-- Clears one sale of a lane that is being rebuilt and, unless it is archived, writes it anew as the
-- ledger has it. Its attempts and keys follow.
--
-- KEYS  1 lane, 2 rebuild, 3 lines, 4 due, 5 sale, 6 holds, 7 and on: the sale's other keys
-- ARGV  1 incarnation, 2 sale id, 3 and on: the sale's fields and values, none for an archived one
-- Returns {'lost'} | {'ok'}
--include numbers
--include sale
--include due
--include rebuild

if not rebuilding(KEYS[1], KEYS[2], ARGV[1]) then
  return { 'lost' }
end
for place = 5, #KEYS do
  redis.call('UNLINK', KEYS[place])
end
redis.call('HDEL', KEYS[2], ARGV[2])
if #ARGV == 2 then
  return { 'ok' }
end
redis.call('HSET', KEYS[5], unpack(ARGV, 3))
local sale = load_sale(KEYS[5])
if sale.waiting > 0 or sale.standby > 0 then
  redis.call('SADD', KEYS[3], ARGV[2])
end
schedule(KEYS[4], KEYS[6], ARGV[2], sale)
return { 'ok' }
