-- An attempt's record: state|version|quantity|buyer|tag|holdExpiresAt|orderId|reason. No part may
-- hold a bar: buyers, tags, order ids and reasons are checked at the edge and by their form.
local RECORD = '^([^|]*)|(%d+)|(%d+)|([^|]*)|([^|]*)|(%d*)|([^|]*)|([^|]*)$'

local function parse_record(text)
  local state, version, quantity, buyer, tag, expires, order, reason = string.match(text, RECORD)
  if not state then
    error('attempt record is damaged')
  end
  return {
    state = state, version = tonumber(version), quantity = tonumber(quantity), buyer = buyer,
    tag = tag, expires = expires, order = order, reason = reason
  }
end

local function format_record(record)
  return table.concat({
    record.state, record.version, record.quantity, record.buyer, record.tag, record.expires,
    record.order, record.reason
  }, '|')
end

-- The line `ticket|record` of an attempt that waits: nothing but its ticket was given to it yet.
-- `owner` is buyer|tag. Written and read in hot loops, so it is put together and taken apart as text.
local WAITING = '^(%d+)|waiting|1|(%d+)|([^|]*|[^|]*)|||$'

-- What stands in such a line between ticket and buyer, and after the buyer.
local function waiting_ends(quantity, tag)
  return '|waiting|1|' .. quantity .. '|', '|' .. tag .. '|||'
end

-- Such a line after its decision. `expires` is the deadline of a hold, '' without one.
local function decided_line(ticket, state, quantity, owner, expires, reason)
  return ticket .. '|' .. state .. '|2|' .. quantity .. '|' .. owner .. '|' .. expires
    .. '||' .. reason
end

-- The record in its next state; a reason explains it to the buyer, '' needs none.
local function change_state(record, state, reason)
  record.state = state
  record.version = record.version + 1
  record.reason = reason
end

local function is_live(state)
  return state == 'waiting' or state == 'held' or state == 'standby'
end

-- Undecided tickets before this one. Tickets have no gaps and are decided in order, so only those
-- that left the line in between have to be looked up.
local function tickets_ahead(sale, left_key, ticket)
  local between = ticket - sale.serving
  if sale.entered - sale.serving + 1 > sale.waiting then
    between = between - redis.call('ZCOUNT', left_key, sale.serving, ticket - 1)
  end
  return between
end

-- An attempt's place, or -1 when its state has none.
local function place_of(sale, keys, ticket, state)
  if state == 'waiting' then
    return tickets_ahead(sale, keys.left, ticket)
  elseif state == 'standby' then
    return redis.call('ZCOUNT', keys.standbyLine, '-inf', ticket - 1)
  end
  return -1
end
