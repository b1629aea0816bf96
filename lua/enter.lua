-- Puts one batch of attempts on the lines of their sales, in the order given, each with the next
-- ticket of its sale, or says why not.
--
-- KEYS  1 lane, 2 feed, 3 batch answer, 4 lines,
--       then for each sale: sale, attempts, buyers, requests, left, standby line
-- ARGV  1 incarnation, 2 seen, 3 batch sequence, 4 sales, 5 attempts, 6 tag,
--       7 attempts a buyer, 8 expired holds a buyer, 9 keys a buyer, 10 feed backlog limit,
--       then each sale's id,
--       then for each attempt: sale's place in the list (from 1), buyer, quantity, key or ''
-- Returns {'behind'} | {'overloaded'} | {'stale'} | {'invalid', what}
--       | {'ok', feed number, now, then for each attempt: word, ticket, ahead, record}
--       with the words of `refusal` and: entered, live, known-202, known-200. The record of one that
--       entered is left out, since its caller knows it: it waits, by this incarnation's tag.
--include numbers
--include lane
--include sale
--include record
--include buyer
--include feed

local seen = integer(ARGV[2], 0, HIGHEST)
local sequence = integer(ARGV[3], 1, HIGHEST)
local sale_count = integer(ARGV[4], 1, 500)
local attempt_count = integer(ARGV[5], 1, 500)
local limits = {
  attempts = integer(ARGV[7], 1, 1000),
  expired = integer(ARGV[8], 1, 1000),
  keys = integer(ARGV[9], 1, 1000),
  backlog = integer(ARGV[10], 1, HIGHEST)
}
if not (seen and sequence and sale_count and attempt_count and limits.backlog) then
  return { 'invalid', 'batch' }
end
local TAG = ARGV[6]
local FIRST_SALE, FIRST_ATTEMPT = 10, 10 + sale_count

local lane = open_lane(KEYS[1], ARGV[1], seen)
if not lane then
  return { 'behind' }
end

-- A batch whose answer was lost is sent again with the same number: it is answered, not repeated.
local stored = redis.call('HMGET', KEYS[3], 'sequence', 'answer')
if stored[1] == ARGV[3] then
  return cmsgpack.unpack(stored[2])
elseif stored[1] and integer(stored[1], 1, HIGHEST) > sequence then
  -- Its gateway gave it up and went on: what it said was answered with 503.
  return { 'stale' }
end
if lane.feed - lane.ledger >= limits.backlog then
  return { 'overloaded' }
end

local function open_sale(place)
  local base = 4 + (place - 1) * 6
  local sale = load_sale(KEYS[base + 1])
  if not sale then
    return false
  end
  sale.id = ARGV[FIRST_SALE + place]
  sale.attempts_key, sale.buyers_key = KEYS[base + 2], KEYS[base + 3]
  sale.requests_key = KEYS[base + 4]
  sale.places = { left = KEYS[base + 5], standbyLine = KEYS[base + 6] }
  -- What this batch adds, by ticket, buyer and key; read before Redis is asked.
  sale.records, sale.buyers, sale.requests = {}, {}, {}
  sale.buyer_ids, sale.buyer_texts = {}, {}
  sale.feed_attempts, sale.feed_keys = {}, {}
  return sale
end

-- What Redis knows of all buyers of the batch, by one call a sale.
local function fetch_buyers(sale)
  if #sale.buyer_ids == 0 then
    return
  end
  local texts = redis.call('HMGET', sale.buyers_key, unpack(sale.buyer_ids))
  for i, buyer_id in ipairs(sale.buyer_ids) do
    sale.buyer_texts[buyer_id] = texts[i]
  end
end

local function load_buyer(sale, buyer_id)
  return sale.buyers[buyer_id] or parse_buyer(sale.buyer_texts[buyer_id])
end

-- Tickets are text here wherever they are a field or a part of a text: Lua is slow to write numbers.
local function record_of(sale, ticket)
  return sale.records[ticket] or redis.call('HGET', sale.attempts_key, ticket)
end

local function answer_with(word, sale, ticket, text)
  local number = tonumber(ticket)
  return word, number, place_of(sale, sale.places, number, parse_record(text).state), text
end

local function refusal(sale, buyer, quantity)
  if is_closed(sale, lane.due) then
    return 'sale-closed'
  elseif is_scheduled(sale, lane.due) then
    return 'sale-not-open'
  elseif sale.pausedFor ~= '' then
    return 'sale-paused'
  elseif quantity > sale.perBuyerLimit - buyer.confirmed or buyer.attempts >= limits.attempts
    or buyer.expired >= limits.expired then
    return 'over-limit'
  elseif is_sold_out(sale) then
    return 'sold-out'
  end
  return nil
end

-- Remembers what a key was answered with: ticket, quantity and status.
local function remember(sale, buyer_id, buyer, key, ticket, quantity, status)
  if key == '' then
    return
  end
  buyer.keys = buyer.keys + 1
  sale.buyers[buyer_id] = buyer
  sale.requests[buyer_id .. ':' .. key] = ticket .. '|' .. quantity .. '|' .. status
  table.insert(sale.feed_keys,
    ticket .. '|' .. quantity .. '|' .. status .. '|' .. buyer_id .. '|' .. key)
end

local function answer_known(sale, buyer_id, quantity, key)
  if key == '' then
    return nil
  end
  local field = buyer_id .. ':' .. key
  local known = sale.requests[field] or redis.call('HGET', sale.requests_key, field)
  if not known then
    return nil
  end
  local ticket, asked, status = string.match(known, '^(%d+)|(%d+)|(%d+)$')
  if tonumber(asked) ~= quantity then
    return 'idempotency-key-reused', 0, -1, ''
  end
  return answer_with('known-' .. status, sale, ticket, record_of(sale, ticket))
end

local function give_ticket(sale, buyer_id, buyer, quantity)
  local number = sale.entered + 1
  local ticket = string.format('%d', number)
  local text = waiting_text(quantity, buyer_id .. '|' .. TAG)
  sale.entered, sale.waiting = number, sale.waiting + 1
  sale.records[ticket] = text
  buyer.tickets = buyer.tickets == '' and ticket or buyer.tickets .. ',' .. ticket
  buyer.attempts, buyer.last = buyer.attempts + 1, ticket
  sale.buyers[buyer_id] = buyer
  sale.feed_attempts[#sale.feed_attempts + 1] = ticket .. '|' .. text
  return ticket, number
end

local function enter(sale, buyer_id, quantity, key)
  local word, known, place, text = answer_known(sale, buyer_id, quantity, key)
  if word then
    return word, known, place, text
  end
  local buyer = load_buyer(sale, buyer_id)
  local keys_left = key == '' or buyer.keys < limits.keys
  local last = buyer.last and record_of(sale, buyer.last)
  if last and is_live(parse_record(last).state) then
    -- Beyond the limit the answer is the same, but no longer remembered.
    remember(sale, buyer_id, buyer, keys_left and key or '', buyer.last, quantity, 200)
    return answer_with('live', sale, buyer.last, last)
  end
  local refused = refusal(sale, buyer, quantity)
  if refused then
    return refused, 0, -1, refused == 'sale-not-open' and tostring(sale.opensAt) or ''
  elseif not keys_left then
    return 'too-many-keys', 0, -1, ''
  end
  local ahead = sale.waiting
  local ticket, number = give_ticket(sale, buyer_id, buyer, quantity)
  remember(sale, buyer_id, buyer, key, ticket, quantity, 202)
  return 'entered', number, ahead, ''
end

local function save_hash(key, values)
  local flat = {}
  for field, value in pairs(values) do
    flat[#flat + 1] = field
    flat[#flat + 1] = value
  end
  if #flat > 0 then
    redis.call('HSET', key, unpack(flat))
  end
end

local function save(sale)
  if #sale.feed_attempts == 0 and #sale.feed_keys == 0 then
    return
  end
  append(lane, KEYS[2], 'entered', sale.id, sale,
    { attempts = sale.feed_attempts, keys = sale.feed_keys })
  save_hash(sale.attempts_key, sale.records)
  save_hash(sale.requests_key, sale.requests)
  local buyers = {}
  for buyer_id, buyer in pairs(sale.buyers) do
    buyers[buyer_id] = format_buyer(buyer)
  end
  save_hash(sale.buyers_key, buyers)
  redis.call('HSET', sale.key, 'entered', sale.entered, 'waiting', sale.waiting)
  if sale.waiting > 0 then
    redis.call('SADD', KEYS[4], sale.id)
  end
end

local sales = {}
for place = 1, sale_count do
  sales[place] = open_sale(place)
end

-- By the place as it was sent: a batch names few sales, and each of them many times.
local sale_at = {}
for place = 1, sale_count do
  sale_at[tostring(place)] = sales[place]
end

for i = 1, attempt_count do
  local base = FIRST_ATTEMPT + (i - 1) * 4
  local sale = sale_at[ARGV[base + 1]]
  if sale then
    sale.buyer_ids[#sale.buyer_ids + 1] = ARGV[base + 2]
  end
end
for place = 1, sale_count do
  if sales[place] then
    fetch_buyers(sales[place])
  end
end

local quantities = {}

local function quantity_of(text)
  if quantities[text] == nil then
    quantities[text] = integer(text, 1, 1000) or false
  end
  return quantities[text]
end

local function enter_as(base)
  local sale, quantity = sale_at[ARGV[base + 1]], quantity_of(ARGV[base + 3])
  if not sale then
    return 'sale-not-found', 0, -1, ''
  elseif not quantity or not string.match(ARGV[base + 2], '^[%w._-]+$') then
    return 'invalid', 0, -1, ''
  end
  return enter(sale, ARGV[base + 2], quantity, ARGV[base + 4])
end

local answer = { 'ok', 0, lane.now }
for i = 1, attempt_count do
  local at = 4 * i
  answer[at], answer[at + 1], answer[at + 2], answer[at + 3] = enter_as(FIRST_ATTEMPT + at - 4)
end

for place = 1, sale_count do
  if sales[place] then
    save(sales[place])
  end
end
answer[2] = lane.feed
redis.call('HSET', KEYS[3], 'sequence', ARGV[3], 'answer', cmsgpack.pack(answer))
redis.call('PEXPIRE', KEYS[3], 600000)
return answer
