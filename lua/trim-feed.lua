-- Tells Redis how far the ledger has come and drops feed entries that it has, but for the last
-- few, which gateways that fell behind may still want.
--
-- KEYS  1 lane, 2 feed
-- ARGV  1 incarnation, 2 seen, 3 fencing token, 4 ledger number, 5 entries to keep
-- Returns {'behind'} | {'fenced'} | {'invalid', what} | {'ok', feed number}
--include numbers
--include lane

local ledger = integer(ARGV[4], 0, HIGHEST)
local keep = integer(ARGV[5], 0, HIGHEST)
if not ledger or not keep then
  return { 'invalid', 'ledger number' }
end
local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
if not owns(lane, integer(ARGV[3], 1, HIGHEST)) then
  return { 'fenced' }
elseif ledger > lane.feed or ledger < lane.ledger then
  return { 'invalid', 'ledger number' }
end
redis.call('HSET', KEYS[1], 'ledger', ledger)
if ledger > keep then
  redis.call('XTRIM', KEYS[2], 'MINID', '~', (ledger - keep) .. '-0')
end
return { 'ok', lane.feed }
