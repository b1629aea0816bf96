-- Writes the next attempts of a sale that is being rebuilt, in ticket order, with all that follows
-- from their records: deadlines, standby, who left the line, what counts against their buyers.
--
-- KEYS  1 lane, 2 rebuild, 3 due, 4 sale, 5 attempts, 6 buyers, 7 holds, 8 left, 9 standby,
--       10 standby line, 11 orders
-- ARGV  1 incarnation, 2 sale id, 3 the ticket before the first of these,
--       then for each attempt: ticket, record, its own order as JSON or ''
-- Returns {'lost'} | {'ok'}
--include numbers
--include sale
--include record
--include page
--include buyer
--include standby
--include rebuild

if not rebuilding(KEYS[1], KEYS[2], ARGV[1]) then
  return { 'lost' }
elseif tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or 0) > tonumber(ARGV[3]) then
  -- The answer of an earlier call was lost.
  return { 'ok' }
end
local serving = load_sale(KEYS[4]).serving
local standby, lines = new_standby(), {}

local function count_against_buyer(ticket, record)
  local buyer = parse_buyer(redis.call('HGET', KEYS[6], record.buyer) or nil)
  buyer.tickets = buyer.tickets == '' and ticket or buyer.tickets .. ',' .. ticket
  if record.state == 'confirmed' then
    buyer.confirmed = buyer.confirmed + record.quantity
  elseif record.state == 'expired' then
    buyer.expired = buyer.expired + 1
  end
  redis.call('HSET', KEYS[6], record.buyer, format_buyer(buyer))
end

for at = 4, #ARGV, 3 do
  local ticket, record = ARGV[at], parse_record(ARGV[at + 1])
  lines[#lines + 1] = ticket .. '|' .. ARGV[at + 1]
  count_against_buyer(ticket, record)
  if record.state == 'held' and record.order == '' then
    redis.call('ZADD', KEYS[7], 'LT', record.expires, page_of(ticket))
    redis.call('ZADD', KEYS[3], 'LT', record.expires, ARGV[2])
  elseif record.state == 'standby' then
    standby.joined[#standby.joined + 1] = { ticket = ticket, quantity = record.quantity }
  elseif record.state == 'released' and tonumber(ticket) >= serving then
    redis.call('ZADD', KEYS[8], ticket, ticket)
  end
  if ARGV[at + 2] ~= '' then
    redis.call('HSET', KEYS[11], ticket, ARGV[at + 2])
  end
end
append_lines(KEYS[5], tonumber(ARGV[3]), lines)
save_standby({ standby = KEYS[9], standbyLine = KEYS[10] }, standby)
redis.call('HSET', KEYS[2], ARGV[2], ARGV[#ARGV - 2])
return { 'ok' }
