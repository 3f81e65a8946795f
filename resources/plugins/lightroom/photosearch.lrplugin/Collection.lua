-- Shows photos that were found as a collection: in rank order when it is sorted by Custom Order.

local LrApplication = import 'LrApplication'
local LrDialogs = import 'LrDialogs'
local LrFunctionContext = import 'LrFunctionContext'
local LrProgressScope = import 'LrProgressScope'

local SET = 'photosearch'
local WAIT_S = 30 -- another plug-in may be writing into the catalog

local Collection = {}

-- The photos of the catalog at these paths, in this order, and the paths that it does not have.
local function known(catalog, paths)
  local photos, unknown = {}, {}
  for _, path in ipairs(paths) do
    local photo = catalog:findPhotoByPath(path)
    if photo then
      photos[#photos + 1] = photo
    else
      unknown[#unknown + 1] = path
    end
  end
  return photos, unknown
end

local function wantsImport(count)
  local question = count .. ' of the photos found are not in this catalog.'
  return LrDialogs.confirm(question, 'Import them where they are?', 'Import', 'Leave out') == 'ok'
end

local function write(catalog, title, paths, unknown)
  local collection
  catalog:withWriteAccessDo('photosearch: ' .. title, function()
    for _, path in ipairs(unknown) do
      catalog:addPhoto(path)
    end
    local set = catalog:createCollectionSet(SET, nil, true)
    collection = catalog:createCollection(title, set, true)
  end, { timeout = WAIT_S })
  -- What was created can be filled only in the next transaction.
  catalog:withWriteAccessDo('photosearch: ' .. title, function()
    collection:removeAllPhotos()
    for _, photo in ipairs((known(catalog, paths))) do
      collection:addPhotos { photo }
    end
  end, { timeout = WAIT_S })
  catalog:setActiveSources { collection }
end

-- Run `find`, which returns a title and paths, or a title, nil and a message; and show the photos.
function Collection.fill(find)
  LrFunctionContext.postAsyncTaskWithContext('photosearch', function(context)
    LrDialogs.attachErrorDialogToFunctionContext(context)
    local scope = LrProgressScope { title = 'Searching with photosearch', functionContext = context }
    scope:setIndeterminate()
    local title, paths, failure = find()
    if not paths then
      LrDialogs.message('photosearch', failure, 'warning')
    elseif #paths == 0 then
      LrDialogs.message('photosearch', 'No photo was found.', 'info')
    elseif not scope:isCanceled() then
      local catalog = LrApplication.activeCatalog()
      local _, unknown = known(catalog, paths)
      if #unknown > 0 and not wantsImport(#unknown) then
        unknown = {}
      end
      write(catalog, title, paths, unknown)
    end
    scope:done()
  end)
end

return Collection
