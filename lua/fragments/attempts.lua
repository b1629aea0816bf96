-- The attempts that one call works on: pages, read when they are needed, and written at the end
-- when they have changed. `feed` has the changed lines, `count` how many they are.
local function open_attempts(key, holds_key)
  return { key = key, holds_key = holds_key, pages = {}, feed = {}, count = 0 }
end

-- The page as a list of lines, with the ticket before its first; nil when there is none.
local function page_at(attempts, number)
  local page = attempts.pages[number]
  local text = not page and redis.call('HGET', attempts.key, number)
  if text then
    page = { before = number * PAGE, lines = {} }
    if tonumber(string.match(text, '^%d+')) ~= page.before + 1 then
      error('attempt page is damaged')
    end
    for line in string.gmatch(text, '[^\n]+') do
      page.lines[#page.lines + 1] = line
    end
    attempts.pages[number] = page
  end
  return page
end

-- A ticket's record as text, as this call has left it so far, or nil.
local function record_text(attempts, ticket)
  local page = page_at(attempts, page_of(ticket))
  local line = page and page.lines[ticket - page.before]
  if not line then
    return nil
  end
  return string.match(line, '^' .. ticket .. '|(.*)$') or error('attempt page is damaged')
end

local function record_at(attempts, ticket)
  return parse_record(record_text(attempts, ticket) or '')
end

local function note(attempts, ticket, record)
  local page = attempts.pages[page_of(ticket)]
  local line = ticket .. '|' .. format_record(record)
  page.lines[ticket - page.before] = line
  page.changed = true
  attempts.count = attempts.count + 1
  attempts.feed[attempts.count] = line
end

-- When an attempt's hold ends by itself; nil when it has none, or an order has bound it.
local function deadline_of(line)
  return tonumber(string.match(line, '^%d+|held|%d+|%d+|[^|]*|[^|]*|(%d+)||'))
end

local function first_deadline(lines)
  local first
  for _, line in ipairs(lines) do
    local deadline = deadline_of(line)
    first = deadline and math.min(deadline, first or deadline) or first
  end
  return first
end

-- Writes the changed pages, and for each of them when the first of its holds ends. `due_key` is
-- not needed where no hold begins.
local function save_attempts(attempts, due_key, sale_id)
  local writes, deadlines, ended, first = {}, {}, {}, nil
  for number, page in pairs(attempts.pages) do
    if page.changed then
      writes[#writes + 1] = number
      writes[#writes + 1] = table.concat(page.lines, '\n')
      local deadline = page.deadline or first_deadline(page.lines)
      if deadline then
        deadlines[#deadlines + 1] = deadline
        deadlines[#deadlines + 1] = number
        first = math.min(deadline, first or deadline)
      else
        ended[#ended + 1] = number
      end
    end
  end
  if #writes > 0 then
    redis.call('HSET', attempts.key, unpack(writes))
  end
  if #ended > 0 then
    redis.call('ZREM', attempts.holds_key, unpack(ended))
  end
  if first then
    redis.call('ZADD', attempts.holds_key, unpack(deadlines))
    if due_key then
      redis.call('ZADD', due_key, 'LT', first, sale_id)
    end
  end
end
