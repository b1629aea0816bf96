-- What counts against a buyer in a sale: confirmed units | expired holds | keys used | tickets.
-- `last` is the newest ticket, as text.
local function parse_buyer(text)
  if not text then
    return { confirmed = 0, expired = 0, keys = 0, tickets = '', attempts = 0 }
  end
  local confirmed, expired, keys, tickets =
    string.match(text, '^(%d+)|(%d+)|(%d+)|([%d,]*)$')
  if not confirmed then
    error('buyer record is damaged')
  end
  local _, commas = string.gsub(tickets, ',', '')
  return {
    confirmed = tonumber(confirmed), expired = tonumber(expired), keys = tonumber(keys),
    tickets = tickets, attempts = tickets == '' and 0 or commas + 1,
    last = string.match(tickets, '(%d+)$')
  }
end

local function format_buyer(buyer)
  return string.format('%d|%d|%d|', buyer.confirmed, buyer.expired, buyer.keys) .. buyer.tickets
end

-- A buyer of whom Redis knows nothing in a sale. Shared: to be read only.
local NEWCOMER = parse_buyer(nil)

-- The buyer's text after one more ticket, and so many more keys. A newcomer's is put together
-- without writing numbers: nearly everybody in a crowd is one.
local function with_ticket(buyer, ticket, keys)
  if buyer == NEWCOMER then
    return (keys == 0 and '0|0|0|' or '0|0|1|') .. ticket
  end
  return string.format('%d|%d|%d|', buyer.confirmed, buyer.expired, buyer.keys + keys)
    .. (buyer.tickets == '' and ticket or buyer.tickets .. ',' .. ticket)
end
