-- What counts against a buyer in a sale: confirmed units | expired holds | keys used | tickets.
local function parse_buyer(text)
  local confirmed, expired, keys, tickets =
    string.match(text or '0|0|0|', '^(%d+)|(%d+)|(%d+)|([%d,]*)$')
  if not confirmed then
    error('buyer record is damaged')
  end
  local _, commas = string.gsub(tickets, ',', '')
  return {
    confirmed = tonumber(confirmed), expired = tonumber(expired), keys = tonumber(keys),
    tickets = tickets, attempts = tickets == '' and 0 or commas + 1,
    last = tonumber(string.match(tickets, '(%d+)$'))
  }
end

local function format_buyer(buyer)
  return buyer.confirmed .. '|' .. buyer.expired .. '|' .. buyer.keys .. '|' .. buyer.tickets
end
