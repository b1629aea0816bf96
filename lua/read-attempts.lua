-- Reads attempts of one sale with their place in line: one by ticket, or all of a buyer's, oldest
-- first.
--
-- KEYS  1 lane, 2 sale, 3 attempts, 4 buyers, 5 left, 6 standby line
-- ARGV  1 incarnation, 2 seen, 3 ticket | buyer, 4 the ticket or the buyer's id
-- Returns {'behind'} | {'ok', feed number, then for each attempt: ticket, ahead, record}
--include numbers
--include lane
--include sale
--include record
--include page

local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
end
local answer = { 'ok', lane.feed }
local sale = load_sale(KEYS[2])
if not sale then
  return answer
end
local places = { left = KEYS[5], standbyLine = KEYS[6] }
local tickets = ARGV[4]
if ARGV[3] == 'buyer' then
  tickets = string.match(redis.call('HGET', KEYS[4], ARGV[4]) or '', '([%d,]*)$')
end
for ticket in string.gmatch(tickets, '%d+') do
  ticket = tonumber(ticket)
  local text = read_record(KEYS[3], ticket)
  if text then
    answer[#answer + 1] = ticket
    answer[#answer + 1] = place_of(sale, places, ticket, parse_record(text).state)
    answer[#answer + 1] = text
  end
end
return answer
