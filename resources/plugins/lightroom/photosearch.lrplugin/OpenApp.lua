-- "Open in photosearch": the window, with the photos that look like the selected ones.

local LrTasks = import 'LrTasks'

local Selection = require 'Selection'
local Service = require 'Service'

LrTasks.startAsyncTask(function()
  Service.openApp(Selection.paths())
end)
