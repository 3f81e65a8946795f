--- Find photos by likeness and by words from within darktable: the panel, the actions, the way back.
-- Installed by `photosearch integrate darktable`, which fills in the commands. Needs darktable 4.2.
-- @module photosearch

local dt = require "darktable"

local CLI_COMMAND = { "@CLI_COMMAND@" }
local APP_COMMAND = { "@APP_COMMAND@" }
local NAME = "photosearch"
local OLDEST_API = 9  -- darktable 4.2
local DEFAULT_HITS = 50
local LONGEST_TOAST = 400
local TOAST_WIDTH = 70

if not dt.configuration.has_gui then return end
if dt.configuration.api_version_major < OLDEST_API then
  dt.print("photosearch needs darktable 4.2 or newer")
  return
end

local folder = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
local command = dofile(folder .. "command.lua")
local collection = dofile(folder .. "collection.lua")

local CANCELED = {}  -- raised to end a search that is no longer wanted
local searching = nil  -- the search that runs
local shown = { title = "", paths = {}, images = {}, missing = {}, at = 0 }
local panel = {}

-- Saying

--- Say something over the photos: a toast, whose lines darktable does not wrap.
local function toast(text)
  text = collection.readable(text)
  if #text > LONGEST_TOAST then text = text:sub(1, utf8.offset(text, 0, LONGEST_TOAST) - 1) .. "…" end
  local lines, width = { "" }, 0
  for word in text:gmatch("%S+") do
    width = width + 1 + utf8.len(word)
    if width > TOAST_WIDTH and lines[#lines] ~= "" then lines[#lines + 1], width = "", utf8.len(word) end
    lines[#lines] = lines[#lines] .. (lines[#lines] == "" and "" or " ") .. word
  end
  dt.print(table.concat(lines, "\n"))
end

--- The error among what a command said, without the remarks before it.
local function complaint(said)
  local problem = said:match("Error: (.*)$") or said
  problem = problem:gsub("%s+$", "")
  return "photosearch: " .. (problem ~= "" and problem or "the search failed")
end

local function photos(count) return count == 1 and "1 photo" or count .. " photos" end

local function base_name(path) return path:match("[^/\\]+$") or path end

-- Jobs

--- Do work in the background job of that name; another one that runs is canceled.
local function in_job(message, work)
  if searching then
    searching.canceled = true
    command.stop(searching)
  end
  local this = { canceled = false }
  searching = this
  local job = dt.gui.create_job(message, true, function()
    this.canceled = true
    command.stop(this)
  end)
  local function pause(share)
    dt.control.sleep(0)  -- lets others at the Lua state
    if this.canceled or dt.control.ending then error(CANCELED) end
    if share and job.valid then job.percent = math.min(share, 1) end
  end
  local done, problem = pcall(work, pause, this)
  if dt.control.ending then return end  -- no widget answers any more
  if job.valid then job.valid = false end
  if searching == this then searching = nil end
  if done or problem == CANCELED then return end
  toast(type(problem) == "table" and problem.message or "photosearch failed: " .. tostring(problem))
end

-- Results

local function update_panel()
  local count = #shown.images
  local text = ""
  if count > 0 and shown.at > 0 then
    text = ("%d of %d: %s"):format(shown.at, count, shown.images[shown.at].filename)
  elseif count > 0 then
    text = ("%s for “%s”"):format(photos(count), shown.title)
  end
  panel.status.label = collection.readable(text)
  for _, button in ipairs({ panel.better, panel.worse, panel.rank, panel.clear }) do
    button.sensitive = count > 0
  end
  panel.import.label = #shown.missing == 0 and "Import photos"
    or ("Import %s to darktable"):format(photos(#shown.missing))
  panel.import.sensitive = #shown.missing > 0
end

--- Show files as a collection and as a selection; what darktable does not have is offered for import.
-- @treturn string what to say about it
local function show(title, paths, pause)
  local images, missing = collection.find(paths, pause)
  shown = { title = title, paths = paths, images = images, missing = missing, at = 0 }
  if #images > 0 then collection.show(title, images, pause) end
  pause()
  update_panel()
  local text = ("%s for “%s”"):format(photos(#images), title)
  if #paths == 0 then text = ("No photo was found for “%s”"):format(title) end
  if #missing > 0 then
    text = text .. ("; darktable does not have %s more: they can be imported in the panel"):format(#missing)
  end
  return text
end

--- Ask the command line, and show what it finds.
-- @tparam string title
-- @tparam {string,...} words behind the command
-- @tparam string given
-- @tparam bool is_word
local function search(title, words, given, is_word)
  in_job("photosearch: " .. collection.readable(title), function(pause, token)
    pause(0.05)
    local hits = dt.preferences.read(NAME, "hits", "integer")
    local line = table.move(CLI_COMMAND, 1, #CLI_COMMAND, 1, {})
    for _, word in ipairs({ words[1], "-0", "-n", tostring(hits) }) do line[#line + 1] = word end
    table.move(words, 2, #words, #line + 1, line)
    if not command.is_there(line) then error({ message = command.missing(line) }) end
    local succeeded, output = command.run(line, given, is_word, token)
    pause(0.5)
    if not succeeded then error({ message = complaint(output) }) end
    toast(show(title, command.names_in(output), function(share) pause(0.5 + (share or 0) / 2) end))
  end)
end

local function chosen_images(images)
  if images and #images > 0 then return images end
  local selected = dt.gui.selection()
  return #selected > 0 and selected or dt.gui.action_images
end

local function title_of(paths)
  local title = base_name(paths[1])
  return #paths == 1 and title or ("%s and %d more"):format(title, #paths - 1)
end

-- Actions

local function find_similar(images)
  local paths = collection.paths_of(chosen_images(images))
  if #paths == 0 then return toast("Select one photo or more first") end
  search(title_of(paths), { "similar", "--files-from", "-" }, command.list_of(paths), false)
end

local function search_words()
  local words = panel.words.text:match("^%s*(.-)%s*$")
  if words == "" then return toast("Write what the photos show first") end
  search(words, { "search", "--" }, words, true)
end

local function open_app(images)
  local paths = collection.paths_of(chosen_images(images))
  local words = panel.words.text:match("^%s*(.-)%s*$")
  local line = table.move(APP_COMMAND, 1, #APP_COMMAND, 1, {})
  if not command.is_there(line) then return toast(command.missing(line)) end
  if #paths > 0 then
    table.move({ "--files-from", "-" }, 1, 2, #line + 1, line)
    command.start(line, command.list_of(paths), false)
  elseif words ~= "" then
    line[#line + 1] = "--search"
    command.start(line, words, true)
  else
    command.start(line, "", false)
  end
end

local function import_missing()
  local title, paths, missing = shown.title, shown.paths, shown.missing
  in_job(("photosearch: importing %s"):format(photos(#missing)), function(pause)
    local failed = {}
    for index, path in ipairs(missing) do
      if not collection.import(path) then failed[#failed + 1] = base_name(path) end
      pause(index / #missing)
    end
    local text = show(title, paths, pause)
    if #failed > 0 then
      text = ("darktable could not import %s: %s"):format(photos(#failed), table.concat(failed, ", "))
    end
    toast(text)
  end)
end

--- Go through the photos in rank order, however lighttable sorts them.
local function step(by)
  local count = #shown.images
  if count == 0 then return end
  shown.at = shown.at == 0 and (by > 0 and 1 or count) or (shown.at - 1 + by) % count + 1
  local image = shown.images[shown.at]
  dt.gui.selection({ image })
  pcall(dt.gui.views.lighttable.set_image_visible, image)
  update_panel()
end

local function sort_by_rank()
  if collection.sort_by_rank(shown.images) then return toast("The best photo is the first one now") end
  toast("darktable sorts by rank only what was opened in its collections module: "
    .. "double-click the last level of darktable|photosearch there, then press this again")
end

local function clear()
  local count = collection.clear()
  shown = { title = "", paths = {}, images = {}, missing = {}, at = 0 }
  update_panel()
  return count
end

-- The panel

local function button(label, tooltip, clicked)
  return dt.new_widget("button")({ label = label, tooltip = tooltip, clicked_callback = clicked })
end

local function make_panel()
  panel.words = dt.new_widget("entry")({
    placeholder = "Search photos by words…",
    tooltip = "what the photos show: “red bicycle in the rain”",
  })
  panel.status = dt.new_widget("label")({ label = "" })
  panel.better = button("◀", "select the photo that is one rank better", function() step(-1) end)
  panel.rank = button("Best first", "sort the collection by rank", sort_by_rank)
  panel.worse = button("▶", "select the photo of the next rank", function() step(1) end)
  panel.clear = button("Clear results", "collect what was collected before; our tags go", clear)
  panel.import = button("Import photos", "import the photos that were found and that darktable does not have",
    import_missing)
  local ranks = dt.new_widget("box")({ orientation = "horizontal", panel.better, panel.rank, panel.worse })
  panel.widget = dt.new_widget("box")({
    orientation = "vertical",
    panel.words,
    button("Search photos", "find photos by what they show", search_words),
    button("Find similar photos", "find photos that look like the selected ones",
      function() find_similar() end),
    button("Open in photosearch", "search like the selected photos in the app", function() open_app() end),
    panel.status,
    ranks,
    panel.import,
    panel.clear,
  })
end

local is_registered = false

local function register_panel()
  if is_registered or dt.gui.current_view().id ~= "lighttable" then return end
  is_registered = true
  dt.register_lib(NAME, NAME, true, false,
    { [dt.gui.views.lighttable] = { "DT_UI_CONTAINER_PANEL_RIGHT_CENTER", 900 } }, panel.widget)
  if dt.preferences.read(NAME, "was_here", "bool") then return end
  dt.preferences.write(NAME, "was_here", "bool", true)
  dt.gui.libs[NAME].expanded = true  -- the first time, that it is noticed
end

-- The way back: `photosearch --to darktable` calls these over D-Bus

local way_back = {}

--- Show the photos of a list; its first entry is the title.
-- @tparam string digits the path of the list, which stays: its bytes as hexadecimal digits, for they
-- need not be text, which alone D-Bus can carry
-- @treturn string how many photos are shown, and how many darktable does not have
function way_back.receive(digits)
  local path = digits:gsub("%x%x", function(byte) return string.char(tonumber(byte, 16)) end)
  local file, problem = io.open(path, "rb")
  if not file then error(problem) end
  local names = command.names_in(file:read("a"))
  file:close()
  local title = table.remove(names, 1)
  toast(show(title, names, function() dt.control.sleep(0) end))
  return ("%d %d"):format(#shown.images, #shown.missing)
end

--- Take back what was ever shown.
-- @treturn string how many photos that were
function way_back.take_back() return tostring(clear()) end

-- Into darktable

local function register_actions()
  dt.gui.libs.image.register_action(NAME .. "_similar", "Find similar photos",
    function(_, images) find_similar(images) end, "photosearch: find photos that look like these")
  dt.gui.libs.image.register_action(NAME .. "_app", "Open in photosearch",
    function(_, images) open_app(images) end, "photosearch: search like these photos in the app")
  dt.gui.libs.select.register_selection(NAME, "select found photos",
    function() return shown.images end, "photosearch: select what was found last")
  dt.register_event(NAME .. "_similar", "shortcut", function() find_similar() end,
    "photosearch: find similar photos")
  dt.register_event(NAME .. "_app", "shortcut", function() open_app() end,
    "photosearch: open in photosearch")
end

local function register_events()
  dt.register_event(NAME, "view-changed", register_panel)
  dt.register_event(NAME, "exit", function()
    command.stop_all()
    collection.clear()
  end)
end

dt.preferences.register(NAME, "hits", "integer", "photosearch: how many photos to find",
  "how many photos a search shows", DEFAULT_HITS, 1, 1000)

dt.control.dispatch(function()
  command.wait_for_main_loop()
  collection.clear()  -- what a darktable that did not end well has left
  make_panel()
  update_panel()
  register_actions()
  register_events()
  register_panel()
  package.loaded[NAME] = way_back
end)

return way_back
