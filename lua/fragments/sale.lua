local SALE_FIELDS = {
  'perBuyerLimit', 'holdSeconds', 'standbyLimit', 'opensAt', 'closesAt', 'version', 'pausedFor',
  'closed', 'opened', 'archived', 'changedAt', 'total', 'available', 'held', 'sold', 'entered', 'serving', 'waiting',
  'standby'
}

local TEXT_FIELDS = { opensAt = true, closesAt = true, pausedFor = true }

-- The sale with its numbers as numbers, or nil when there is none. opensAt and closesAt are
-- numbers, or nil for none. A field that is no number is a fault, raised before any write.
local function load_sale(key)
  local value = redis.call('HMGET', key, unpack(SALE_FIELDS))
  if not value[1] then
    return nil
  end
  local sale = { key = key }
  for i, name in ipairs(SALE_FIELDS) do
    if TEXT_FIELDS[name] then
      sale[name] = value[i]
    else
      sale[name] = integer(value[i], 0, HIGHEST)
      if not sale[name] then
        error('sale field ' .. name .. ' is not a number')
      end
    end
  end
  sale.opensAt = integer(sale.opensAt, 0, HIGHEST)
  sale.closesAt = integer(sale.closesAt, 0, HIGHEST)
  return sale
end

local function is_closed(sale, now)
  return sale.closed == 1 or (sale.closesAt ~= nil and now >= sale.closesAt)
end

-- Once its opening was announced, a sale stays open whatever the clock says.
local function is_scheduled(sale, now)
  return sale.opened == 0 and sale.opensAt ~= nil and now < sale.opensAt
end

local function is_sold_out(sale)
  return sale.available == 0 and (sale.standby >= sale.standbyLimit or sale.held == 0)
end

local function counts_of(sale)
  return table.concat({
    sale.total, sale.available, sale.held, sale.sold,
    sale.entered, sale.serving, sale.waiting, sale.standby
  }, ',')
end

local function save_counts(sale)
  redis.call('HSET', sale.key,
    'total', sale.total, 'available', sale.available, 'held', sale.held, 'sold', sale.sold,
    'entered', sale.entered, 'serving', sale.serving, 'waiting', sale.waiting,
    'standby', sale.standby)
end
