-- Stops the lane's clock after Redis's TIME has jumped: until an operator resumes a sale of the
-- lane, nothing in it opens, closes or expires. The line is decided all the same.
--
-- KEYS  1 lane
-- ARGV  1 incarnation, 2 seen, 3 fencing token
-- Returns {'behind'} | {'fenced'} | {'ok' | 'unchanged', feed number}
--include numbers
--include lane

local lane = open_lane(KEYS[1], ARGV[1], integer(ARGV[2], 0, HIGHEST))
if not lane then
  return { 'behind' }
elseif not owns(lane, integer(ARGV[3], 1, HIGHEST)) then
  return { 'fenced' }
end
local stopped = redis.call('HSETNX', KEYS[1], 'clockStopped', lane.now)
return { stopped == 1 and 'ok' or 'unchanged', lane.feed }
