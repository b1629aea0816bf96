-- Whether the lane is still being rebuilt by this caller: nobody began again, nobody opened it.
local function rebuilding(lane_key, rebuild_key, incarnation)
  return redis.call('HGET', rebuild_key, 'incarnation') == incarnation
    and redis.call('EXISTS', lane_key) == 0
end
