-- "Search photos by words…": asks for words, and shows a ranked collection of the photos they fit.

local LrBinding = import 'LrBinding'
local LrDialogs = import 'LrDialogs'
local LrFunctionContext = import 'LrFunctionContext'
local LrView = import 'LrView'

local Collection = require 'Collection'
local Service = require 'Service'

LrFunctionContext.callWithContext('photosearch words', function(context)
  local form = LrView.osFactory()
  local values = LrBinding.makePropertyTable(context)
  values.words = ''
  local answer = LrDialogs.presentModalDialog {
    title = 'Search photos by words',
    actionVerb = 'Search',
    contents = form:edit_field {
      bind_to_object = values,
      value = LrView.bind 'words',
      width_in_chars = 40,
      immediate = true,
      placeholder_string = 'red bicycle against a wall',
    },
  }
  local words = values.words:match('^%s*(.-)%s*$')
  if answer == 'ok' and words ~= '' then
    Collection.fill(function()
      return words, Service.search { text = words }
    end)
  end
end)
