-- Counts the holds of a sale that end by themselves up to a time: what may come back by then.
--
-- KEYS  1 attempts, 2 holds
-- ARGV  1 the time in milliseconds, 2 pages of attempts to look at, at the most (1–500)
-- Returns {'ok', holds} | {'invalid', what}
--include numbers
--include record
--include page
--include attempts

local before, most = integer(ARGV[1], 0, HIGHEST), integer(ARGV[2], 1, 500)
if not before or not most then
  return { 'invalid', 'time' }
end
local attempts, count = open_attempts(KEYS[1], KEYS[2]), 0
for _, number in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', before, 'LIMIT', 0, most)) do
  local page = page_at(attempts, tonumber(number))
  for _, line in ipairs(page and page.lines or {}) do
    local deadline = deadline_of(line)
    if deadline and deadline <= before then
      count = count + 1
    end
  end
end
return { 'ok', count }
