-- Gives up the caller's lease, so that another worker takes the lane at once.
--
-- KEYS  1 lease
-- ARGV  1 worker id
-- Returns {'released'} | {'lost'}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return { 'lost' }
end
redis.call('DEL', KEYS[1])
return { 'released' }
