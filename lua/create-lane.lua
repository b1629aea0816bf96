-- Begins the life of a lane's Redis data. The caller has made sure, in MySQL, that nothing was
-- ever sold in the lane: a lane that lost its data must not begin anew.
--
-- KEYS  1 lane, 2 feed
-- ARGV  1 incarnation
-- Returns {'ok'} | {'exists', incarnation} | {'invalid', what}
if not string.match(ARGV[1], '^[0-9a-z]+$') then
  return { 'invalid', 'incarnation' }
end
local incarnation = redis.call('HGET', KEYS[1], 'incarnation')
if incarnation then
  return { 'exists', incarnation }
end
redis.call('DEL', KEYS[2])
redis.call('HSET', KEYS[1],
  'incarnation', ARGV[1], 'feed', 0, 'fencingToken', 0, 'clock', 0, 'ledger', 0)
return { 'ok' }
