-- The lane as this caller may change it, or nil when Redis knows less than the caller has seen:
-- no lane, another incarnation, or a lower feed number. Then nothing may change (`behind`).
local function open_lane(key, incarnation, seen)
  local field = redis.call('HMGET', key, 'incarnation', 'feed', 'fencingToken', 'clock', 'ledger')
  local feed = integer(field[2], 0, HIGHEST)
  if not seen or not feed or field[1] ~= incarnation or feed < seen then
    return nil
  end
  local time = redis.call('TIME')
  local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
  return {
    key = key,
    feed = feed,
    token = integer(field[3], 0, HIGHEST) or 0,
    ledger = integer(field[5], 0, HIGHEST) or 0,
    -- Feed time never falls, so a deadline that has passed stays passed when TIME steps back.
    now = math.max(now, integer(field[4], 0, HIGHEST) or 0)
  }
end

-- Whether the caller still owns the lane: its token is the newest, neither lower nor made up.
local function owns(lane, token)
  return token ~= nil and token == lane.token
end
