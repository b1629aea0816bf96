-- Keeps stock for an attempt until its deadline. What is not written yet is the caller's to write.
local function begin_hold(sale, record, now)
  change_state(record, 'held', '')
  record.expires = now + sale.holdSeconds * 1000
  sale.available, sale.held = sale.available - record.quantity, sale.held + record.quantity
end

-- Ends a hold and makes its stock available again.
local function end_hold(sale, record, state)
  change_state(record, state, '')
  sale.available, sale.held = sale.available + record.quantity, sale.held - record.quantity
end

-- A hold that its buyer let expire counts against the buyer's next attempts.
local function expire_hold(sale, record, buyer)
  end_hold(sale, record, 'expired')
  buyer.expired = buyer.expired + 1
end
