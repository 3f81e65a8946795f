-- Asks photosearch's service on this computer, and starts it when it does not run.

local LrFileUtils = import 'LrFileUtils'
local LrHttp = import 'LrHttp'
local LrPathUtils = import 'LrPathUtils'
local LrTasks = import 'LrTasks'

local CLI = @CLI_COMMAND@
local APP = @APP_COMMAND@
local LIMIT = 200
local ANSWER_S = 300 -- the first question may wait for the model

local Service = {}

-- A word of a command, so that the shell of this system hands it on as it is.
local function quoted(word)
  if WIN_ENV then
    return '"' .. word .. '"' -- a name there has no quotes
  end
  return "'" .. word:gsub("'", "'\\''") .. "'"
end

local function line(words)
  local parts = {}
  for at, word in ipairs(words) do
    parts[at] = quoted(word)
  end
  return table.concat(parts, ' ')
end

-- cmd.exe takes the outermost quotes away.
local function run(command)
  if WIN_ENV then
    command = '"' .. command .. '"'
  end
  return LrTasks.execute(command)
end

local function temporaryFile(name)
  local folder = LrPathUtils.getStandardFilePath('temp')
  return LrFileUtils.chooseUniqueFileName(LrPathUtils.child(folder, name))
end

-- The text of a temporary file, which is then deleted.
local function taken(file)
  local text = LrFileUtils.exists(file) and LrFileUtils.readFile(file) or ''
  LrFileUtils.delete(file)
  return text
end

-- The address and the token of the service; nil and a message where it cannot be started.
local function address()
  local out, log = temporaryFile('photosearch.txt'), temporaryFile('photosearch.log')
  local command = line(CLI) .. ' service address > ' .. quoted(out) .. ' 2> ' .. quoted(log)
  local status = run(command)
  local said, complaint = taken(out), taken(log)
  if status ~= 0 then
    return nil, 'photosearch could not be started.\n' .. complaint
  end
  local note = LrFileUtils.readFile((said:gsub('[\r\n]+$', ''))) or ''
  local url, token = note:match('"url": *"([^"]*)"'), note:match('"token": *"([^"]*)"')
  if not url or not token then
    return nil, 'photosearch did not say where it answers.\n' .. said
  end
  return { url = url, token = token }
end

-- A text as JSON has it; bytes beyond ASCII are UTF-8 already.
local function json(text)
  return '"' .. text:gsub('[%c"\\]', function(character)
    return string.format('\\u%04x', character:byte())
  end) .. '"'
end

-- The file URI of a path of this computer, with a letter of a drive or a server on Windows.
function Service.uri(path)
  if WIN_ENV then
    path = path:gsub('\\', '/')
    path = path:match('^//') and path:sub(3) or '/' .. path
  end
  return 'file://' .. path:gsub('[^%w%-%._~/:]', function(character)
    return string.format('%%%02X', character:byte())
  end)
end

-- The path that a file URI names.
function Service.path(uri)
  local path = uri:gsub('^file://', ''):gsub('%%(%x%x)', function(digits)
    return string.char(tonumber(digits, 16))
  end)
  if WIN_ENV then
    path = path:match('^/') and path:sub(2) or '//' .. path
    path = path:gsub('/', '\\')
  end
  return path
end

local function question(query)
  local parts = { '"limit": ' .. LIMIT }
  if query.text then
    parts[#parts + 1] = '"text": ' .. json(query.text)
  end
  if query.uris then
    local uris = {}
    for at, path in ipairs(query.uris) do
      uris[at] = json(Service.uri(path))
    end
    parts[#parts + 1] = '"uris": [' .. table.concat(uris, ', ') .. ']'
  end
  return '{' .. table.concat(parts, ', ') .. '}'
end

-- The text of a JSON field, as far as messages need it.
local function field(answer, name)
  local text = answer:match('"' .. name .. '": *"(.-[^\\])"') or ''
  return (text:gsub('\\n', '\n'):gsub('\\(["\\/])', '%1'))
end

-- Search by `query.text` or by the photos at `query.uris`; returns the paths of the hits, the best
-- first, or nil and what to tell the user. To be called in a task.
function Service.search(query)
  local service, failure = address()
  if not service then
    return nil, failure
  end
  local answer, headers = LrHttp.post(service.url .. '/v1/search', question(query), {
    { field = 'Authorization', value = 'Bearer ' .. service.token },
    { field = 'Content-Type', value = 'application/json' },
  }, 'POST', ANSWER_S)
  local status = headers and headers.status
  if status ~= 200 then
    local message = answer and field(answer, 'message') or ''
    local hint = answer and field(answer, 'hint') or ''
    return nil, message ~= '' and message .. '\n' .. hint or 'photosearch does not answer.'
  end
  local paths = {}
  local hits = answer:match('^(.-)"unread":') or answer -- files that could not be read have URIs, too
  for uri in hits:gmatch('"uri": *"([^"]*)"') do
    paths[#paths + 1] = Service.path(uri)
  end
  return paths
end

-- Open the window with the photos that look like these. To be called in a task.
function Service.openApp(paths)
  local list = temporaryFile('photosearch.txt')
  local file = io.open(list, 'wb')
  for _, path in ipairs(paths) do
    file:write(Service.uri(path), '\n')
  end
  file:close()
  run(line(APP) .. ' --files-from ' .. quoted(list))
  LrFileUtils.delete(list)
end

return Service
