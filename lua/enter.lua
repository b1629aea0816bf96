-- Puts one batch of attempts on the lines of their sales, in the order given, each with the next
-- ticket of its sale, or says why not.
--
-- KEYS  1 lane, 2 feed, 3 batch answer, 4 lines,
--       then for each sale: sale, attempts, buyers, requests, left, standby line
-- ARGV  1 incarnation, 2 seen, 3 batch sequence, 4 sales, 5 attempts, 6 tag,
--       7 attempts a buyer, 8 expired holds a buyer, 9 keys a buyer, 10 feed backlog limit,
--       then each sale's id,
--       then for each attempt: its wish (sale's place in the list, from 1|quantity), and its
--       caller (buyer\nkey, the key '' for none)
-- Returns {'behind'} | {'overloaded'} | {'stale'} | {'invalid', what}
--       | {'ok', feed number, now, lines, then for each attempt: 1 | {word, ticket, ahead, record}}
--       where 1 stands for an attempt that entered: with the next ticket of its sale, one place
--       further back than the one before. `lines` has for each sale where that begins: tickets
--       entered and attempts waiting before the batch. Words are those of `refusal` and: live,
--       known-202, known-200.
--include numbers
--include lane
--include sale
--include record
--include page
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

-- Why the sale takes nobody just now, whoever asks.
local function shut(sale)
  if is_closed(sale, lane.due) then
    return 'sale-closed'
  elseif is_scheduled(sale, lane.due) then
    return 'sale-not-open'
  elseif sale.pausedFor ~= '' then
    return 'sale-paused'
  end
  return nil
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
  -- Nothing that a batch does to a sale changes these.
  sale.shut, sale.sold_out, sale.before = shut(sale), is_sold_out(sale), sale.entered
  -- Whom and what to ask Redis for, and its texts by buyer and by buyer:key, brought up to date
  -- as the batch goes on.
  sale.buyer_ids, sale.key_fields = {}, {}
  sale.buyers, sale.requests = {}, {}
  -- What is written in the end: field, text, …
  sale.new_buyers, sale.new_requests = {}, {}
  -- The lines of the attempts by ticket after `before`, and those of the keys, as the feed has them.
  sale.lines, sale.feed_keys = {}, {}
  return sale
end

local sales, lines = {}, {}
for place = 1, sale_count do
  local sale = open_sale(place)
  sales[place] = sale
  lines[2 * place - 1] = sale and sale.entered or 0
  lines[2 * place] = sale and sale.waiting or 0
end

-- A wish is read once: a batch has few different ones, and each of them many times.
local wishes = {}

local function wish_of(text)
  local wish = wishes[text]
  if not wish then
    local place, quantity_text = string.match(text, '^(%d+)|(.*)$')
    wish = { sale = sales[tonumber(place)], quantity = integer(quantity_text, 1, 1000) }
    if wish.quantity then
      wish.text = string.format('%d', wish.quantity)
      wish.head, wish.tail = waiting_ends(wish.text, TAG)
    end
    wishes[text] = wish
  end
  return wish
end

-- Buyer and key. Neither can hold a line break, so no buyer is taken for another with a key.
local CALLER = '^([%w._-]+)\n([ -~]*)$'

local function request_field(buyer_id, key)
  return buyer_id .. ':' .. key
end

local asked_wishes, asked_buyers, asked_keys = {}, {}, {}
for i = 1, attempt_count do
  local at = FIRST_ATTEMPT + 2 * i
  local wish = wish_of(ARGV[at - 1])
  local buyer_id, key = string.match(ARGV[at], CALLER)
  asked_wishes[i], asked_buyers[i], asked_keys[i] = wish, buyer_id or false, key
  local sale = wish.sale
  if sale and buyer_id then
    sale.buyer_ids[#sale.buyer_ids + 1] = buyer_id
    if key ~= '' then
      sale.key_fields[#sale.key_fields + 1] = request_field(buyer_id, key)
    end
  end
end

-- What Redis has under these fields, by one call.
local function fetch(key, fields, into)
  if #fields == 0 then
    return
  end
  local texts = redis.call('HMGET', key, unpack(fields))
  for i = 1, #fields do
    into[fields[i]] = texts[i]
  end
end

for place = 1, sale_count do
  local sale = sales[place]
  if sale then
    fetch(sale.buyers_key, sale.buyer_ids, sale.buyers)
    fetch(sale.requests_key, sale.key_fields, sale.requests)
  end
end

-- Tickets are text here wherever they are a field or a part of a text: Lua is slow to write numbers.
local function record_of(sale, ticket)
  local number = tonumber(ticket)
  local line = sale.lines[number - sale.before]
  return line and string.match(line, '|(.*)') or read_record(sale.attempts_key, number)
end

local function known_attempt(word, sale, ticket)
  local number, text = tonumber(ticket), record_of(sale, ticket)
  return { word, number, place_of(sale, sale.places, number, parse_record(text).state), text }
end

local function refusal(sale, buyer, quantity)
  if sale.shut then
    return sale.shut
  elseif quantity > sale.perBuyerLimit - buyer.confirmed or buyer.attempts >= limits.attempts
    or buyer.expired >= limits.expired then
    return 'over-limit'
  elseif sale.sold_out then
    return 'sold-out'
  end
  return nil
end

local function save_buyer(sale, buyer_id, text)
  sale.buyers[buyer_id] = text
  local writes = sale.new_buyers
  writes[#writes + 1] = buyer_id
  writes[#writes + 1] = text
end

-- Remembers what a key was answered with: ticket, quantity and status. To count it is the caller's.
local function remember(sale, buyer_id, key, ticket, quantity_text, status)
  local field = request_field(buyer_id, key)
  local text = ticket .. '|' .. quantity_text .. '|' .. status
  sale.requests[field] = text
  local writes = sale.new_requests
  writes[#writes + 1] = field
  writes[#writes + 1] = text
  sale.feed_keys[#sale.feed_keys + 1] = text .. '|' .. buyer_id .. '|' .. key
end

local function answer_known(sale, known, quantity)
  local ticket, asked, status = string.match(known, '^(%d+)|(%d+)|(%d+)$')
  if tonumber(asked) ~= quantity then
    return { 'idempotency-key-reused', 0, -1, '' }
  end
  return known_attempt('known-' .. status, sale, ticket)
end

-- The next ticket of the line, with its record, in Redis and in the feed.
local function give_ticket(sale, wish, buyer_id)
  local number = sale.entered + 1
  local ticket = string.format('%d', number)
  sale.entered, sale.waiting = number, sale.waiting + 1
  sale.lines[number - sale.before] = ticket .. wish.head .. buyer_id .. wish.tail
  return ticket
end

local function enter(wish, buyer_id, key)
  local sale, quantity = wish.sale, wish.quantity
  local known = key ~= '' and sale.requests[request_field(buyer_id, key)]
  if known then
    return answer_known(sale, known, quantity)
  end
  local buyer_text = sale.buyers[buyer_id]
  local buyer = buyer_text and parse_buyer(buyer_text) or NEWCOMER
  local keys_left = key == '' or buyer.keys < limits.keys
  if buyer.last and is_live(parse_record(record_of(sale, buyer.last)).state) then
    -- Beyond the limit the answer is the same, but no longer remembered.
    if key ~= '' and keys_left then
      remember(sale, buyer_id, key, buyer.last, wish.text, 200)
      buyer.keys = buyer.keys + 1
      save_buyer(sale, buyer_id, format_buyer(buyer))
    end
    return known_attempt('live', sale, buyer.last)
  end
  local refused = refusal(sale, buyer, quantity)
  if refused then
    return { refused, 0, -1, refused == 'sale-not-open' and tostring(sale.opensAt) or '' }
  elseif not keys_left then
    return { 'too-many-keys', 0, -1, '' }
  end
  local ticket = give_ticket(sale, wish, buyer_id)
  if key ~= '' then
    remember(sale, buyer_id, key, ticket, wish.text, 202)
  end
  save_buyer(sale, buyer_id, with_ticket(buyer, ticket, key ~= '' and 1 or 0))
  return 1
end

local function enter_as(i)
  local wish, buyer_id = asked_wishes[i], asked_buyers[i]
  if not wish.sale then
    return { 'sale-not-found', 0, -1, '' }
  elseif not wish.quantity or not buyer_id then
    return { 'invalid', 0, -1, '' }
  end
  return enter(wish, buyer_id, asked_keys[i])
end

local function save_hash(key, writes)
  if #writes > 0 then
    redis.call('HSET', key, unpack(writes))
  end
end

local function save(sale)
  if #sale.lines == 0 and #sale.feed_keys == 0 then
    return
  end
  append(lane, KEYS[2], 'entered', sale.id, sale,
    { attempts = sale.lines, keys = sale.feed_keys })
  if #sale.lines > 0 then
    append_lines(sale.attempts_key, sale.before, sale.lines)
  end
  save_hash(sale.requests_key, sale.new_requests)
  save_hash(sale.buyers_key, sale.new_buyers)
  redis.call('HSET', sale.key, 'entered', sale.entered, 'waiting', sale.waiting)
  if sale.waiting > 0 then
    redis.call('SADD', KEYS[4], sale.id)
  end
end

local answer = { 'ok', 0, lane.now, lines }
for i = 1, attempt_count do
  answer[4 + i] = enter_as(i)
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
