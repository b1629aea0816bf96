-- The attempts that one script call changes, gathered before anything is written.
local function new_changes()
  return { count = 0, flat = {}, feed = {} }
end

local function note_text(changes, ticket, text)
  local count = changes.count + 1
  changes.count = count
  changes.flat[2 * count - 1] = ticket
  changes.flat[2 * count] = text
  changes.feed[count] = ticket .. '|' .. text
end

local function note(changes, ticket, record)
  note_text(changes, ticket, format_record(record))
end

local function save_records(changes, key)
  if changes.count > 0 then
    redis.call('HSET', key, unpack(changes.flat))
  end
end
