-- Before every time there is: what is due at a certain time is not due then.
local NEVER = -1

-- The lane as this caller may change it, or nil when Redis knows less than the caller has seen:
-- no lane, another incarnation, or a lower feed number. Then nothing may change (`behind`).
local function open_lane(key, incarnation, seen)
  local field = redis.call('HMGET', key,
    'incarnation', 'feed', 'fencingToken', 'clock', 'ledger', 'lost', 'clockStopped')
  local feed = integer(field[2], 0, HIGHEST)
  if not seen or not feed or field[1] ~= incarnation or field[6] then
    return nil
  end
  if feed < seen then
    -- This life of the lane was longer once. Noted, so that nobody who has seen less sells on.
    redis.call('HSET', key, 'lost', seen)
    return nil
  end
  local time = redis.call('TIME')
  -- Feed time never falls, so a deadline that has passed stays passed when TIME steps back.
  local now = math.max(tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000),
    integer(field[4], 0, HIGHEST) or 0)
  return {
    key = key,
    feed = feed,
    token = integer(field[3], 0, HIGHEST) or 0,
    ledger = integer(field[5], 0, HIGHEST) or 0,
    now = now,
    -- What opens, closes and expires goes by this one: by nothing while the clock is in doubt.
    due = field[7] and NEVER or now
  }
end

-- Whether the caller still owns the lane: its token is the newest, neither lower nor made up.
local function owns(lane, token)
  return token ~= nil and token == lane.token
end
