-- Standby: attempts next in ticket order for stock that comes back. Kept twice: by quantity and
-- then ticket (score quantity * STEP + ticket), so that the lowest one that fits is found without
-- a scan, and by ticket alone, for an attempt's place.
local STEP = 10000000000
local HIGHEST_QUANTITY = 1000

local function join_standby(sale, standby, ticket, quantity)
  sale.standby = sale.standby + 1
  standby.joined[#standby.joined + 1] = { ticket = ticket, quantity = quantity }
end

local function new_standby()
  return { joined = {}, gone = {}, taken = {} }
end

local function first_standby(key, from, to)
  local found = redis.call('ZRANGEBYSCORE', key, from, to, 'LIMIT', 0, 1, 'WITHSCORES')
  if not found[1] then
    return nil
  end
  return tonumber(found[1]), math.floor(tonumber(found[2]) / STEP)
end

-- The lowest standby ticket whose quantity fits, with its quantity. One look-up for each different
-- quantity; `taken` says how far this call has gone in each.
local function next_standby(key, taken, available)
  local most = math.min(available, HIGHEST_QUANTITY)
  local best, best_quantity
  local quantity = 1
  while quantity <= most do
    local from = quantity * STEP + (taken[quantity] or -1) + 1
    local ticket, found = first_standby(key, from, most * STEP + STEP - 1)
    if not ticket then
      break
    end
    if found > quantity and taken[found] and ticket <= taken[found] then
      quantity = found
    else
      if not best or ticket < best then
        best, best_quantity = ticket, found
      end
      quantity = found + 1
    end
  end
  return best, best_quantity
end

-- Offers what is available to standby: the lowest ticket that fits, as long as one does. At most
-- `budget` of them; the lane's owner goes on where this call stopped.
local function offer(lane, sale, keys, attempts, standby, budget)
  while attempts.count < budget and sale.available > 0 and sale.standby > 0 do
    local ticket, quantity = next_standby(keys.standby, standby.taken, sale.available)
    if not ticket then
      return
    end
    local record = record_at(attempts, ticket)
    standby.taken[quantity] = ticket
    standby.gone[#standby.gone + 1] = ticket
    sale.standby = sale.standby - 1
    begin_hold(sale, record, lane.now)
    note(attempts, ticket, record)
  end
end

local function end_standby(sale, attempts, standby, tickets, state, reason)
  for _, text in ipairs(tickets) do
    local ticket = tonumber(text)
    local record = record_at(attempts, ticket)
    change_state(record, state, reason)
    sale.standby = sale.standby - 1
    standby.gone[#standby.gone + 1] = ticket
    note(attempts, ticket, record)
  end
end

-- Ends what can never be served: it wants more than all that is not sold.
local function dismiss(sale, keys, attempts, standby, budget)
  if attempts.count >= budget or sale.standby == 0 then
    return
  end
  local from = (sale.total - sale.sold) * STEP + STEP
  local limit = budget - attempts.count
  local tickets = redis.call('ZRANGEBYSCORE', keys.standby, from, '+inf', 'LIMIT', 0, limit)
  end_standby(sale, attempts, standby, tickets, 'sold-out', '')
end

-- Ends all of standby when the sale is closed, lowest ticket first.
local function reject_standby(sale, keys, attempts, standby, budget)
  if attempts.count >= budget or sale.standby == 0 then
    return
  end
  local last = budget - attempts.count - 1
  local tickets = redis.call('ZRANGE', keys.standbyLine, 0, last)
  end_standby(sale, attempts, standby, tickets, 'rejected', 'sale-closed')
end

local function save_standby(keys, standby)
  for _, one in ipairs(standby.joined) do
    redis.call('ZADD', keys.standby, one.quantity * STEP + one.ticket, one.ticket)
    redis.call('ZADD', keys.standbyLine, one.ticket, one.ticket)
  end
  if #standby.gone > 0 then
    redis.call('ZREM', keys.standby, unpack(standby.gone))
    redis.call('ZREM', keys.standbyLine, unpack(standby.gone))
  end
end

-- Whether standby still has something that a next call of the owner would change.
local function standby_is_due(lane, sale, keys)
  if sale.standby == 0 then
    return false
  elseif is_closed(sale, lane.due) then
    return true
  end
  local from = (sale.total - sale.sold) * STEP + STEP
  return next_standby(keys.standby, {}, sale.available) ~= nil
    or first_standby(keys.standby, from, '+inf') ~= nil
end
