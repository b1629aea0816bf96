-- Redis keeps a sale's attempts by the page: 16 that follow each other under the page's number, a
-- line each, `ticket|record`, as the feed has them. A field for each attempt took more memory than
-- the attempt, and a look-up for each is what most of a batch's time went into.
local PAGE = 16

local function page_of(ticket)
  return math.floor((ticket - 1) / PAGE)
end

-- One ticket's record, or nil.
local function read_record(key, ticket)
  local text = redis.call('HGET', key, page_of(ticket))
  return text and string.match('\n' .. text, '\n' .. ticket .. '|([^\n]*)')
end

-- Writes the lines of the tickets that follow `last`, the highest one there is.
local function append_lines(key, last, lines)
  local writes, from, number = {}, 1, page_of(last + 1)
  local room = PAGE - last % PAGE
  local head = room < PAGE and redis.call('HGET', key, number) .. '\n' or ''
  while from <= #lines do
    local to = math.min(#lines, from + room - 1)
    writes[#writes + 1] = number
    writes[#writes + 1] = head .. table.concat(lines, '\n', from, to)
    from, number, room, head = to + 1, number + 1, PAGE, ''
  end
  redis.call('HSET', key, unpack(writes))
end
