-- Writes a sale's configuration: seeds a new sale (version 1), or replaces the configuration of a
-- known one when the version is the next. The stock of a known sale is left alone (restock.lua).
--
-- KEYS  1 lane, 2 feed, 3 due, 4 sale, 5 holds, 6 lines
-- ARGV  1 incarnation, 2 seen, 3 sale id, 4 version, 5 total, 6 perBuyerLimit, 7 holdSeconds,
--       8 standbyLimit, 9 opensAt or '', 10 closesAt or '', 11 product id, 12 created at,
--       13 configuration as JSON for the feed, 14 title
-- Returns {'behind'} | {'invalid', what} | {'sale-not-found'}
--       | {'stale', version} (another change came first) | {'ok' | 'unchanged', feed number}
--include numbers
--include lane
--include sale
--include feed
--include due

local value = {
  version = integer(ARGV[4], 1, HIGHEST), total = integer(ARGV[5], 0, 10000000),
  perBuyerLimit = integer(ARGV[6], 1, 1000), holdSeconds = integer(ARGV[7], 1, 86400),
  standbyLimit = integer(ARGV[8], 0, 100000), createdAt = integer(ARGV[12], 0, HIGHEST)
}
for _, name in ipairs({
  'version', 'total', 'perBuyerLimit', 'holdSeconds', 'standbyLimit', 'createdAt'
}) do
  if not value[name] then
    return { 'invalid', name }
  end
end
for place, name in pairs({ [9] = 'opensAt', [10] = 'closesAt' }) do
  if ARGV[place] ~= '' and not integer(ARGV[place], 0, HIGHEST) then
    return { 'invalid', name }
  end
end

local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local sale = load_sale(KEYS[4])
if sale and sale.version == value.version then
  return { 'unchanged', lane.feed }
elseif sale and sale.version ~= value.version - 1 then
  return { 'stale', sale.version }
elseif not sale and value.version ~= 1 then
  return { 'sale-not-found' }
end

-- Closed is final, also when the sweeper has not come by yet to write it down.
if sale and sale.closed == 0 and is_closed(sale, lane.due) then
  sale.closed = 1
  redis.call('SADD', KEYS[6], ARGV[3])
end
sale = sale or {
  key = KEYS[4], pausedFor = '', closed = 0, opened = 0, archived = 0, total = value.total,
  available = value.total, held = 0, sold = 0, entered = 0, serving = 1, waiting = 0, standby = 0
}
for _, name in ipairs({ 'version', 'perBuyerLimit', 'holdSeconds', 'standbyLimit' }) do
  sale[name] = value[name]
end
local opens_at = integer(ARGV[9], 0, HIGHEST)
if opens_at ~= sale.opensAt then
  sale.opened = 0
end
sale.opensAt, sale.closesAt = opens_at, integer(ARGV[10], 0, HIGHEST)
-- A sale that is open from the start needs no announcement of its opening later.
sale.opened = is_scheduled(sale, lane.due) and 0 or 1

append(lane, KEYS[2], 'configured', ARGV[3], sale, { config = ARGV[13] })
redis.call('HSET', KEYS[4],
  'version', sale.version, 'perBuyerLimit', sale.perBuyerLimit, 'holdSeconds', sale.holdSeconds,
  'standbyLimit', sale.standbyLimit, 'opensAt', ARGV[9], 'closesAt', ARGV[10],
  'productId', ARGV[11], 'createdAt', ARGV[12], 'title', ARGV[14],
  'pausedFor', sale.pausedFor, 'closed', sale.closed, 'opened', sale.opened,
  'archived', sale.archived)
save_counts(sale)
schedule(KEYS[3], KEYS[5], ARGV[3], sale)
return { 'ok', lane.feed }
