-- The attempts that one script call changes, gathered before anything is written.
local function new_changes()
  return { count = 0, flat = {}, feed = {} }
end

local function note(changes, ticket, record)
  local text = format_record(record)
  changes.count = changes.count + 1
  changes.flat[#changes.flat + 1] = ticket
  changes.flat[#changes.flat + 1] = text
  changes.feed[#changes.feed + 1] = ticket .. '|' .. text
end

local function save_records(changes, key)
  if changes.count > 0 then
    redis.call('HSET', key, unpack(changes.flat))
  end
end
