-- A stand-in for the Lightroom SDK: `lua sdk.lua PLUGIN_FOLDER FILE`; what happened goes to standard
-- output, a line each. SELECTED, KNOWN (NUL-ended paths), ANSWER, STATUS, WORDS and CONFIRM of the
-- environment make up the user, the catalog and the service.

local folder, file = arg[1], arg[2]
package.path = folder .. '/?.lua'

local function read(path)
  local handle = io.open(path, 'rb')
  if not handle then
    return nil
  end
  local text = handle:read('a')
  handle:close()
  return text
end

local function told(what, text)
  io.write(what, ' ', (text:gsub('\\', '\\\\'):gsub('\n', '\\n')), '\n')
end

local function paths(name)
  local found = {}
  for path in read(os.getenv(name)):gmatch('([^%z]+)%z') do
    found[#found + 1] = path
  end
  return found
end

local function photo(path)
  return {
    path = path,
    getRawMetadata = function(_, key)
      assert(key == 'path')
      return path
    end,
  }
end

local known = {}
for _, path in ipairs(paths('KNOWN')) do
  known[path] = photo(path)
end

local isWriting = false
local catalog = {}

function catalog:getTargetPhotos()
  local photos = {}
  for at, path in ipairs(paths('SELECTED')) do
    photos[at] = photo(path)
  end
  return photos
end

function catalog:findPhotoByPath(path)
  return known[path]
end

function catalog:withWriteAccessDo(_, act)
  assert(not isWriting)
  isWriting = true
  act()
  isWriting = false
end

function catalog:addPhoto(path)
  assert(isWriting)
  known[path] = photo(path)
  told('imported', path)
end

function catalog:createCollectionSet(name, _, canReturnPrior)
  assert(isWriting and canReturnPrior)
  return { name = name }
end

function catalog:createCollection(name, set, canReturnPrior)
  assert(isWriting and canReturnPrior)
  local collection = { isNew = true }
  function collection:removeAllPhotos()
    assert(isWriting)
    told('emptied', set.name .. '/' .. name)
  end
  function collection:addPhotos(photos)
    assert(isWriting)
    for _, one in ipairs(photos) do
      told('added', one.path)
    end
  end
  return collection
end

function catalog:setActiveSources(sources)
  assert(not isWriting and #sources == 1)
  told('shown', tostring(#sources))
end

local function task(act)
  act({ addCleanupHandler = function() end })
end

local sdk = {
  LrApplication = { activeCatalog = function() return catalog end },
  LrBinding = { makePropertyTable = function() return {} end },
  LrDialogs = {
    attachErrorDialogToFunctionContext = function() end,
    message = function(_, text) told('message', text) end,
    confirm = function(text)
      told('asked', text)
      return os.getenv('CONFIRM') or 'cancel'
    end,
    presentModalDialog = function(dialog)
      dialog.contents.bind_to_object.words = os.getenv('WORDS')
      return 'ok'
    end,
  },
  LrFileUtils = {
    chooseUniqueFileName = function() return os.tmpname() end,
    exists = function(path) return read(path) ~= nil end,
    readFile = read,
    delete = os.remove,
  },
  LrFunctionContext = {
    callWithContext = function(_, act) task(act) end,
    postAsyncTaskWithContext = function(_, act) task(act) end,
  },
  LrHttp = {
    post = function(url, body, headers, method)
      assert(method == 'POST')
      told('url', url)
      for _, header in ipairs(headers) do
        told('header', header.field .. ': ' .. header.value)
      end
      told('body', body)
      return read(os.getenv('ANSWER')), { status = tonumber(os.getenv('STATUS')) }
    end,
  },
  LrPathUtils = {
    child = function(parent, name) return parent .. '/' .. name end,
    getStandardFilePath = function() return '/tmp' end,
    leafName = function(path) return path:match('[^/]*$') end,
  },
  LrProgressScope = function()
    return {
      setIndeterminate = function() end,
      isCanceled = function() return false end,
      done = function() told('done', '') end,
    }
  end,
  LrTasks = {
    execute = function(command)
      local isFine, _, code = os.execute(command)
      return isFine and 0 or code
    end,
    startAsyncTask = function(act) act() end,
  },
  LrView = {
    bind = function(name) return name end,
    osFactory = function()
      return { edit_field = function(_, settings) return settings end }
    end,
  },
}

function import(name)
  return assert(sdk[name], name)
end

dofile(folder .. '/' .. file)
