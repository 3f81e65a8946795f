-- "Find similar photos": a ranked collection of the photos that look like the selected ones.

local Collection = require 'Collection'
local Selection = require 'Selection'
local Service = require 'Service'

Collection.fill(function()
  local paths, title = Selection.paths()
  return title, Service.search { uris = paths }
end)
