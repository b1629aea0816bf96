-- Appends one entry to the lane's feed: what changed in one sale, and its counts after it. To be
-- called before the change itself is written: XADD is the only write that could be refused, and
-- a script is not rolled back.
local function append(lane, feed_key, kind, sale_id, sale, entry)
  lane.feed = lane.feed + 1
  redis.call('XADD', feed_key, lane.feed .. '-0',
    'v', '1', 'k', kind, 's', sale_id, 't', lane.now, 'c', counts_of(sale),
    'w', sale.pausedFor .. ',' .. sale.closed .. ',' .. sale.archived,
    'a', table.concat(entry.attempts or {}, '\n'),
    'r', table.concat(entry.keys or {}, '\n'),
    'd', entry.config or '',
    'o', entry.orders or '',
    'f', lane.token)
  redis.call('HSET', lane.key, 'feed', lane.feed, 'clock', lane.now)
  redis.call('HSET', sale.key, 'changedAt', lane.now)
end
