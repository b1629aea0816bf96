-- Begins to rebuild a lane from the ledger: what Redis has of the lane itself goes, so that it is
-- closed for everybody, and the new incarnation is noted as the one that is being built. Whoever
-- began before is refused from here on.
--
-- KEYS  1 lane, 2 feed, 3 lines, 4 due, 5 lease, 6 rebuild
-- ARGV  1 incarnation found or '', 2 worker id, 3 new incarnation
-- Returns {'lost'} | {'changed'} (it is not what was found) | {'ok'}
if redis.call('GET', KEYS[5]) ~= ARGV[2] then
  return { 'lost' }
elseif (redis.call('HGET', KEYS[1], 'incarnation') or '') ~= ARGV[1] then
  return { 'changed' }
end
redis.call('UNLINK', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[6])
redis.call('HSET', KEYS[6], 'incarnation', ARGV[3])
return { 'ok' }
