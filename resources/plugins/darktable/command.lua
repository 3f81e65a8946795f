--- Runs the commands of photosearch; darktable never waits for one, and no name ends up in a shell line.
-- @module photosearch.command

local dt = require "darktable"

local M = {}

local WINDOWS = dt.configuration.running_os == "windows"
local NOT_FOUND = { [127] = true, [127 * 256] = true, [9009] = true }
-- What cmd.exe takes apart even within quotes; there is no way to quote it there.
local CMD_SPECIAL = '["%%!^&|<>%c]'

-- Answered by darktable's main loop, but at its start now and then also by a single turn of it.
local ARE_YOU_THERE = "gdbus call --session --timeout 60 --dest org.darktable.service "
  .. "--object-path /darktable --method org.freedesktop.DBus.Properties.Get "
  .. "org.darktable.service.Remote LuaEnabled > /dev/null 2>&1"
local LOOKS, ANSWERS, LOOK_EVERY_MS, START_MS = 40, 4, 250, 3000

local made = 0
local running = {}

--- A word as the shell takes it: one word, nothing in it expanded.
local function quoted(word)
  if WINDOWS then return '"' .. word:gsub(CMD_SPECIAL, " ") .. '"' end
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

local function line_of(words)
  local parts = {}
  for index, word in ipairs(words) do parts[index] = quoted(word) end
  return table.concat(parts, " ")
end

--- The beginning of names of files that are ours for a moment, in darktable's own cache folder.
local function scratch()
  made = made + 1
  local token = tostring({}):gsub("%W", "")
  local name = ("photosearch-%d-%s-%d"):format(os.time(), token, made)
  return dt.configuration.cache_dir .. (WINDOWS and "\\" or "/") .. name
end

local function write(path, content)
  local file, problem = io.open(path, "wb")
  if not file then error({ message = "photosearch cannot write: " .. tostring(problem) }) end
  file:write(content)
  file:close()
end

local function read(path)
  local file = io.open(path, "rb")
  if not file then return "" end
  local content = file:read("a")
  file:close()
  return content
end

--- Wait until darktable's main loop runs.
-- Scripts begin before it does; where one of their threads then touches a widget, darktable (4.2 at
-- least) waits for itself for ever. Without D-Bus, the usual time of a start has to do.
function M.wait_for_main_loop()
  local answers = 0
  for _ = 1, LOOKS do
    local status = WINDOWS and 127 or dt.control.execute(ARE_YOU_THERE)
    answers = status == 0 and answers + 1 or 0
    if answers == ANSWERS or dt.control.ending then return end
    if NOT_FOUND[status] then break end
    dt.control.sleep(LOOK_EVERY_MS)
  end
  dt.control.sleep(START_MS)
end

--- Whether the program is there, as far as that can be told without running it.
-- @tparam {string,...} words of the command; those of Flatpak are looked for by the host.
function M.is_there(words)
  local program = words[1]
  if not program:find("[/\\]") then return true end
  local file = io.open(program, "rb")
  if file then file:close() end
  return file ~= nil
end

--- Names as the commands read them: each ended by a NUL, any other byte within.
function M.list_of(names)
  local parts = {}
  for index, name in ipairs(names) do parts[index] = name .. "\0" end
  return table.concat(parts)
end

--- The names in such a list.
function M.names_in(list)
  local names = {}
  for name in list:gmatch("([^\0]+)\0") do names[#names + 1] = name end
  return names
end

local function shell_line(command, base, text)
  local words, input = line_of(command), quoted(base .. ".in")
  if WINDOWS then
    if text then words = words .. " " .. quoted(text) end
    return ('"%s < %s > %s 2> %s"'):format(words, input, quoted(base .. ".out"), quoted(base .. ".err"))
  end
  -- The shell does not look again at what "$(…)" gives: it is one word, whatever is in it.
  if text then words = words .. ' "$(cat ' .. input .. ')"' end
  return ("echo $$ > %s; exec %s < %s > %s 2> %s"):format(
    quoted(base .. ".pid"), words, input, quoted(base .. ".out"), quoted(base .. ".err"))
end

--- Run a command to its end; other work of darktable goes on meanwhile.
-- @tparam {string,...} command its words, all of them fixed
-- @tparam string given what it reads: a list of names, or with `is_word` its last word
-- @tparam bool is_word
-- @tparam table token `M.stop(token)` ends the command
-- @treturn bool whether it succeeded
-- @treturn string what it wrote: its output, or where it failed what it said of that
function M.run(command, given, is_word, token)
  local base = scratch()
  write(base .. ".in", given)
  running[token] = base
  local status = dt.control.execute(shell_line(command, base, is_word and given or nil))
  running[token] = nil
  local output, said = read(base .. ".out"), read(base .. ".err")
  for _, suffix in ipairs({ ".in", ".out", ".err", ".pid" }) do os.remove(base .. suffix) end
  if status == 0 then return true, output end
  if NOT_FOUND[status] then said = M.missing(command) end
  return false, said
end

--- What to say where a command is not there.
function M.missing(command)
  return ("%s is not there. Install photosearch, then run: photosearch integrate darktable")
    :format(command[1])
end

--- Start a program that goes on by itself.
-- @tparam {string,...} command its words, all of them fixed
-- @tparam string given what it reads, or with `is_word` its last word
-- @tparam bool is_word
function M.start(command, given, is_word)
  local base = scratch()
  local words, input = line_of(command), quoted(base .. ".in")
  write(base .. ".in", given)
  if WINDOWS then
    local text = is_word and (" " .. quoted(given)) or ""
    dt.control.execute(('"start "" /b %s%s < %s"'):format(words, text, input))
    return  -- the file stays: nothing says when the program has read it
  end
  local text = is_word and ' "$text"' or ""
  local take = is_word and ("text=$(cat %s); "):format(input) or ("exec < %s; "):format(input)
  dt.control.execute(("(%srm -f %s; exec %s%s) > /dev/null 2>&1 &"):format(take, input, words, text))
end

--- End a command that runs; nothing happens where it has ended.
function M.stop(token)
  local base = running[token]
  local process = base and not WINDOWS and read(base .. ".pid"):match("^(%d+)%s*$")
  if process then dt.control.execute("kill " .. process .. " 2> /dev/null") end
end

--- End all commands that run.
function M.stop_all()
  for token in pairs(running) do M.stop(token) end
end

return M
