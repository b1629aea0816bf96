-- When the hold sweeper has to look at the sale next: the first of its holds' deadlines, its
-- opening and its closing. Kept in the lane's due set, so that a quiet lane costs nothing.
local function schedule(due_key, holds_key, sale_id, sale)
  local first = redis.call('ZRANGE', holds_key, 0, 0, 'WITHSCORES')
  local due = first[2] and tonumber(first[2])
  if sale.opened == 0 and sale.opensAt then
    due = math.min(due or sale.opensAt, sale.opensAt)
  end
  if sale.closed == 0 and sale.closesAt then
    due = math.min(due or sale.closesAt, sale.closesAt)
  end
  if due then
    redis.call('ZADD', due_key, due, sale_id)
  else
    redis.call('ZREM', due_key, sale_id)
  end
end
