-- A whole number in bounds, or nil. tonumber alone accepts "nan", "inf", "1e3" and "0x10", and a
-- NaN passes every comparison, so the text is checked first.
local function integer(text, min, max)
  if type(text) ~= 'string' or #text > 15 or not string.match(text, '^%-?%d+$') then
    return nil
  end
  local number = tonumber(text)
  if number < min or number > max then
    return nil
  end
  return number
end

-- Above every feed number, fencing token and time in milliseconds; 14 digits are what Lua prints.
local HIGHEST = 99999999999999
