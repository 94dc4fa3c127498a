-- wrk's script for `make load`: a payment with a new id in every request, but each tenth request
-- sends the id before once more. Every acknowledged id goes to a file, one per thread.

local alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

function init(args)
  prefix, folder, payees, base = args[1], args[2], tonumber(args[3]), args[4] or ""
  sent = 0
  acknowledged = io.open(folder .. "/" .. number .. ".txt", "w")
end

local function base32(value, length)
  local text = ""
  for _ = 1, length do
    local digit = value % 32
    text = alphabet:sub(digit + 1, digit + 1) .. text
    value = (value - digit) / 32
  end
  return text
end

function request()
  sent = sent + 1
  local nth = sent % 10 == 0 and sent - 1 or sent
  local id = prefix .. base32(number, 4) .. base32(nth, 12)
  local path = base .. "/payees/stall-" .. nth % payees .. "/payments/" .. id
  local headers = { ["Content-Type"] = "application/json" }
  return wrk.format("PUT", path, headers, '{"payer_id":"wrk","amount":"20.00","currency":"INR"}')
end

function response(status, headers, body)
  local id = body:match('"payment_id":%s*"(%w+)"')
  acknowledged:write(status, " ", id or "-", "\n")
  acknowledged:flush()
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "seconds": %.3f, "p50_ms": %.1f, "p99_ms": %.1f, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3, errors.connect + errors.read + errors.write + errors.timeout))
end
