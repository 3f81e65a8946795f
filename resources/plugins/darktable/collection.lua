--- Shows photos in darktable: as a collection behind a tag of ours, ranked by the order of tagging.
-- @module photosearch.collection

local dt = require "darktable"

local M = {}

local ROOT = "darktable|photosearch"
local WINDOWS = dt.configuration.running_os == "windows"
local FOLDER_AND_NAME = WINDOWS and "^(.*)[/\\]([^/\\]+)$" or "^(.*)/([^/]+)$"
local LONGEST_TITLE_BYTES = 100
local PAUSE_EVERY = 200
-- As `dt_collection_sort_t` counts them, by the names that `dt.gui.action` knows.
local SORTS = {
  [0] = "filename", "capture time", "import time", "modification time", "export time", "print time",
  "rating", "id", "color label", "group", "full path", "custom sort", "title", "description",
  "aspect ratio", "shuffle",
}

local rolls = {}          -- film roll id -> { count, images by file name }
local imported = {}       -- path -> image, also where darktable names the file in another way
local rules_before = nil  -- what was collected before we came
local sort_before = nil   -- how it was sorted

-- Finding photos in the library

--- The photos of a film roll by their names; of several versions the first one stands for all.
local function images_of(film, pause)
  local known, count = rolls[film.id], #film
  if known and known.count == count then return known.images end
  local images = {}
  for index = 1, count do
    local image = film[index]
    local other = images[image.filename]
    if not other or image.duplicate_index < other.duplicate_index then images[image.filename] = image end
    if index % PAUSE_EVERY == 0 then pause() end
  end
  rolls[film.id] = { count = count, images = images }
  return images
end

--- The photo of that name; what was known of the film roll is looked up again where it is over.
local function image_in(film, name, pause)
  local image = images_of(film, pause)[name]
  if image and image.filename ~= name then
    rolls[film.id] = nil
    image = images_of(film, pause)[name]
  end
  return image
end

--- The photo that was imported under a path, if it is still there.
local function imported_as(path)
  local image = imported[path]
  return image and image.filename ~= "" and image or nil
end

--- The photos that darktable has of these files, and the files of which it has none.
-- @tparam {string,...} paths
-- @tparam function pause called now and then; may raise an error to end the work
-- @treturn {image,...} in the order of the paths, none twice
-- @treturn {string,...}
function M.find(paths, pause)
  local films = {}
  for index = 1, #dt.films do
    local film = dt.films[index]
    films[film.path] = films[film.path] or {}
    table.insert(films[film.path], film)
  end
  local found, missing, seen = {}, {}, {}
  for _, path in ipairs(paths) do
    local folder, name = path:match(FOLDER_AND_NAME)
    local image = imported_as(path)
    for _, film in ipairs(films[folder] or {}) do image = image or image_in(film, name, pause) end
    if not image then
      missing[#missing + 1] = path
    elseif not seen[image.id] then
      seen[image.id] = true
      found[#found + 1] = image
    end
  end
  return found, missing
end

--- Import a file.
-- @tparam string path
-- @treturn bool whether darktable has it now
function M.import(path)
  local succeeded, image = pcall(dt.database.import, path)
  if succeeded then imported[path] = image end
  return succeeded
end

--- The files of photos, each once however many versions of it there are.
function M.paths_of(images)
  local paths, seen = {}, {}
  for _, image in ipairs(images) do
    local path = image.path .. (WINDOWS and "\\" or "/") .. image.filename
    if not seen[path] then
      seen[path] = true
      paths[#paths + 1] = path
    end
  end
  return paths
end

-- Tags

local function is_ours(name) return name == ROOT or name:sub(1, #ROOT + 1) == ROOT .. "|" end

--- A title as a part of a tag's name: no levels, no lists, no wildcards, and valid UTF-8.
local function tag_name(title)
  local name = M.readable(title):gsub("[|,*%%]", " "):gsub("%s+", " "):gsub("^ ", "")
  if #name > LONGEST_TITLE_BYTES then
    name = name:sub(1, (utf8.offset(name, 0, LONGEST_TITLE_BYTES) or LONGEST_TITLE_BYTES) - 1) .. "…"
  end
  return ROOT .. "|" .. (name:gsub(" $", "") ~= "" and name:gsub(" $", "") or "photos")
end

--- A text that GTK can draw: stray bytes and control characters are replaced.
function M.readable(text)
  text = text:gsub("%c+", " ")
  local length, at = utf8.len(text)
  while not length do
    text = text:sub(1, at - 1) .. "?" .. text:sub(at + 1)
    length, at = utf8.len(text)
  end
  return text
end

local function exists(path)
  local file = io.open(path, "rb")
  if file then file:close() end
  return file ~= nil
end

--- Do something to the tags of photos; no sidecar stays that darktable wrote only for that.
-- darktable writes sidecars at every change of a tag, though ours are never in them.
local function without_new_sidecars(images, act)
  local absent = {}
  for _, image in ipairs(images) do
    local sidecar = image.sidecar
    if not exists(sidecar) then absent[#absent + 1] = sidecar end
  end
  act()
  for _, sidecar in ipairs(absent) do os.remove(sidecar) end
end

local function delete_tag(tag)
  local images = {}
  for index = 1, #tag do images[index] = tag[index] end
  without_new_sidecars(images, function() tag:delete() end)
  return images
end

local function our_tags()
  local tags = {}
  for index = 1, #dt.tags do
    local tag = dt.tags[index]
    if tag and is_ours(tag.name) then tags[#tags + 1] = tag end
  end
  return tags
end

-- Rules of the collection

local function collects_ours(rules)
  for _, rule in ipairs(rules) do
    if rule.item == "DT_COLLECTION_PROP_TAG" and is_ours(rule.data) then return true end
  end
  return false
end

--- What darktable collects when nothing is chosen.
local function everything()
  local rule = dt.gui.libs.collect.new_rule()
  rule.mode, rule.item, rule.data = "DT_LIB_COLLECT_MODE_AND", "DT_COLLECTION_PROP_FILMROLL", "%"
  return { rule }
end

local function sort_by(name)
  pcall(dt.gui.action, "lib/filtering/sort order", 0, "selection", "item:" .. name, 1.0)
end

local function restore_collection()
  if sort_before then sort_by(sort_before) end
  if collects_ours(dt.gui.libs.collect.filter()) then
    dt.gui.libs.collect.filter(rules_before or everything())
  end
  rules_before, sort_before = nil, nil
end

-- Showing

--- Collect photos, the best first, and select them; what had the same title before goes.
-- @tparam string title
-- @tparam {image,...} images in rank order
-- @tparam function pause called with the share that is done; may raise an error to end the work
function M.show(title, images, pause)
  local name = tag_name(title)
  local rules = dt.gui.libs.collect.filter()
  if not collects_ours(rules) then rules_before = rules end
  local old = dt.tags.find(name)
  if old then delete_tag(old) end
  local tag = dt.tags.create(name)
  for index, image in ipairs(images) do
    without_new_sidecars({ image }, function() dt.tags.attach(tag, image) end)
    pause(index / #images)
  end
  local rule = dt.gui.libs.collect.new_rule()
  rule.mode, rule.item, rule.data = "DT_LIB_COLLECT_MODE_AND", "DT_COLLECTION_PROP_TAG", name
  dt.gui.libs.collect.filter({ rule })
  dt.gui.selection(images)
end

--- Whether lighttable shows these photos in this order; those that groups or filters hide aside.
local function is_ranked(images)
  local ranks, last = {}, 0
  for rank, image in ipairs(images) do ranks[image.id] = rank end
  for index = 1, #dt.collection do
    local rank = ranks[dt.collection[index].id]
    if not rank or rank < last then return false end
    last = rank
  end
  return true
end

--- Sort the collection by rank, where darktable can: it sorts by a tag's order only when the
-- collection was opened in its collections module, for which Lua has no call as of API 9.
-- @tparam {image,...} images in rank order
-- @treturn bool whether they are in order now
function M.sort_by_rank(images)
  local sort = dt.preferences.read("darktable", "plugins/lighttable/filtering/sort0", "integer")
  sort_by("custom sort")
  if is_ranked(images) then
    sort_before = sort_before or SORTS[sort]
    return true
  end
  if SORTS[sort] then sort_by(SORTS[sort]) end
  return false
end

--- Take all our tags away, and collect what was collected before.
-- @treturn int how many photos had been shown
function M.clear()
  restore_collection()
  local cleared, count = {}, 0
  for _, tag in ipairs(our_tags()) do
    for _, image in ipairs(delete_tag(tag)) do
      if not cleared[image.id] then
        cleared[image.id] = true
        count = count + 1
      end
    end
  end
  return count
end

return M
