-- Prints the photos that look like those given, the best first: lua similar.lua FILE...
-- Lua has no HTTP and no safe way to start a program with arguments, so the names go through a
-- list: whatever a name holds, no shell ever sees it.

local list = os.tmpname()
local file = assert(io.open(list, 'wb'))
for _, path in ipairs(arg) do
  file:write(path, '\0')
end
file:close()

local hits = os.tmpname()
local status = os.execute('photosearch similar -0 -n 20 --files-from ' .. list .. ' > ' .. hits)
os.remove(list)

if status == true or status == 0 then
  for path in assert(io.open(hits, 'rb')):read('*a'):gmatch('([^%z]+)%z') do
    print(path)
  end
end
os.remove(hits)
