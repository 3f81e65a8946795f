-- A stand-in for the Lua API of darktable: lua darktable_stub.lua LUARC SCENARIO
-- Photos that it knows are named in $KNOWN, those selected in $SELECTED; it prints what happens.

local function names_in(path)
  local names = {}
  local file = assert(io.open(path, "rb"))
  for name in file:read("a"):gmatch("([^\0]+)\0") do names[#names + 1] = name end
  file:close()
  return names
end

local function note(kind, what)
  what = tostring(what):gsub("\\", "\\\\"):gsub("\n", "\\n")
  io.write(kind, " ", what, "\n")
end

local function quoted(word) return "'" .. word:gsub("'", "'\\''") .. "'" end

local dt = {}
local stub = { dt = dt, note = note, actions = {}, selections = {}, events = {}, buttons = {}, jobs = {} }

-- Photos, film rolls and tags

local images, films, tags, selection = {}, {}, {}, {}

local function film_of(path)
  for _, film in ipairs(films) do if film.path == path then return film end end
  films[#films + 1] = { path = path, id = #films + 1 }
  return films[#films]
end

local function add_image(path, version)
  local folder, name = path:match("^(.*)/([^/]+)$")
  local image = { id = #images + 1, path = folder, filename = name, duplicate_index = version or 0 }
  image.sidecar = path .. (version and ("_%02d.xmp"):format(version) or ".xmp")
  image.position = -image.id
  images[#images + 1] = image
  table.insert(film_of(folder), image)
  return image
end

local function image_of(path)
  for _, image in ipairs(images) do
    if image.path .. "/" .. image.filename == path then return image end
  end
end

local function write_sidecar(image)
  local file = io.open(image.sidecar, "w")
  if file then file:write("sidecar"):close() end
end

stub.add_image = add_image
for _, path in ipairs(names_in(os.getenv("KNOWN"))) do add_image(path, image_of(path) and 1 or nil) end
for _, path in ipairs(names_in(os.getenv("SELECTED"))) do
  for _, image in ipairs(images) do
    if image.path .. "/" .. image.filename == path then selection[#selection + 1] = image end
  end
end

local function find_tag(name)
  for _, tag in ipairs(tags) do if tag.name == name then return tag end end
end

local function new_tag(name)
  local tag = { name = name }
  function tag:delete()
    for at, one in ipairs(tags) do if one == self then table.remove(tags, at) end end
    for _, image in ipairs(self) do write_sidecar(image) end
    note("untagged", name)
  end
  tags[#tags + 1] = tag
  return tag
end

dt.tags = setmetatable({
  create = function(name) return find_tag(name) or new_tag(name) end,
  find = find_tag,
  attach = function(tag, image)
    table.insert(tag, image)
    write_sidecar(image)
    note("tagged", image.path .. "/" .. image.filename)
  end,
}, { __index = function(_, at) return tags[at] end, __len = function() return #tags end })
dt.films = films
dt.database = {
  import = function(path)
    if path:find("broken") then error("error while importing") end
    note("imported", path)
    return image_of(path) or add_image(path)
  end,
}

-- The collection: by the name of the photos, or in their custom order

local rules = { { mode = "AND", item = "DT_COLLECTION_PROP_FILMROLL", data = "/p" } }
stub.opened_by_hand = false  -- darktable sorts by the order of a tag only then
local sort = 0

local function collected()
  local rule, found = rules[1], {}
  local tag = rule.item == "DT_COLLECTION_PROP_TAG" and find_tag(rule.data)
  for _, image in ipairs(tag or images) do found[#found + 1] = image end
  if sort == 11 and tag and stub.opened_by_hand then return found end
  table.sort(found, function(a, b) return a.filename < b.filename end)
  return found
end

dt.collection = setmetatable({}, {
  __index = function(_, at) return collected()[at] end,
  __len = function() return #collected() end,
})

-- The rest

local answers = { 0, 256, 256, 0, 0, 0, 0 }  -- of its main loop; the first one is a turn of it alone
dt.configuration = {
  has_gui = true, running_os = "linux",
  api_version_major = tonumber(os.getenv("API") or 9),
  cache_dir = os.getenv("CACHE"), config_dir = os.getenv("CONFIG"),
}
dt.print = function(text) note("toast", text) end
dt.print_error = function(text) note("error", text) end
dt.register_event = function(name, kind, call) stub.events[name .. " " .. kind] = call end
dt.register_lib = function(name, _, _, _, _, widget) note("panel", name) stub.panel = widget end
dt.new_widget = function(kind)
  assert(#answers == 0, "darktable waits for itself for ever")
  return function(widget)
    if kind == "button" then stub.buttons[#stub.buttons + 1] = widget end
    if kind == "entry" then
      widget.text = ""
      stub.entry = widget
    end
    return widget
  end
end

local kept = { ["photosearch/hits"] = 50 }
dt.preferences = {
  register = function() end,
  read = function(script, name) return script == "darktable" and sort or kept[script .. "/" .. name] end,
  write = function(script, name, _, value) kept[script .. "/" .. name] = value end,
}

dt.control = { ending = false, sleep = function() end, dispatch = function(call) call() end }
local function status_of(_, _, code) return code * 256 end
function dt.control.execute(line)
  if line:find("^gdbus") then
    return table.remove(answers, 1)
  end
  if not stub.cancel then return status_of(os.execute(line)) end
  local done = os.tmpname()
  os.remove(done)
  os.execute(("(sh -c %s; echo $? > %s) &"):format(quoted(line), done))
  while not io.open(os.getenv("CALLED")) do os.execute("sleep 0.05") end
  dt.control.execute, stub.cancel = function(other) return status_of(os.execute(other)) end, nil
  stub.jobs[#stub.jobs].cancel()
  while true do
    local file = io.open(done)
    local code = file and file:read("n")
    if file then file:close() end
    if code then
      os.remove(done)
      return code * 256
    end
    os.execute("sleep 0.05")
  end
end

local lighttable = { id = "lighttable", set_image_visible = function(image) note("visible", image.filename) end }
dt.gui = {
  views = { lighttable = lighttable },
  current_view = function() return lighttable end,
  action_images = {},
  selection = function(new)
    local old = selection
    if new then
      selection = new
      note("selected", #new)
    end
    return old
  end,
  create_job = function(name, _, cancel)
    local job = { valid = true, cancel = cancel }
    stub.jobs[#stub.jobs + 1] = job
    note("job", name)
    return job
  end,
  action = function(path, _, _, effect)
    assert(path == "lib/filtering/sort order")
    sort = effect == "item:custom sort" and 11 or 0
  end,
  libs = {
    photosearch = {},
    image = { register_action = function(name, label, call) stub.actions[label] = call end },
    select = { register_selection = function(_, label, call) stub.selections[label] = call end },
    collect = {
      new_rule = function() return {} end,
      filter = function(new)
        local old = rules
        if new then
          rules = new
          note("collected", new[1].item .. " " .. new[1].data)
        end
        return old
      end,
    },
  },
}

--- Press the button whose label begins so.
function stub.press(label)
  for _, button in ipairs(stub.buttons) do
    if button.label:sub(1, #label) == label then
      if button.sensitive == false then return note("insensitive", button.label) end
      return button.clicked_callback(button)
    end
  end
  error("no button " .. label)
end

function stub.show_collection()
  for at = 1, #dt.collection do note("shown", dt.collection[at].filename) end
end

stub.new_tag, stub.set_rules = new_tag, function(new) rules = new end
package.loaded.darktable = dt
setmetatable(_G, { __newindex = function(_, name) error("a global is set: " .. name) end })
local scenario = assert(loadfile(arg[2]))
if os.getenv("BEFORE") then assert(load(os.getenv("BEFORE")))(stub) end
dofile(arg[1])
scenario(stub)
for _, job in ipairs(stub.jobs) do if job.valid then note("job goes on", "") end end
