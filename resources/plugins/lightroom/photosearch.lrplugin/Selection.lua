-- The photos that are selected in Lightroom.

local LrApplication = import 'LrApplication'
local LrPathUtils = import 'LrPathUtils'

local Selection = {}

-- The paths of the selected photos, each once (virtual copies have the path of their master), and
-- what to call them.
function Selection.paths()
  local paths, seen = {}, {}
  for _, photo in ipairs(LrApplication.activeCatalog():getTargetPhotos()) do
    local path = photo:getRawMetadata('path')
    if not seen[path] then
      seen[path] = true
      paths[#paths + 1] = path
    end
  end
  local title = #paths .. ' photos'
  if #paths == 1 then
    title = LrPathUtils.leafName(paths[1])
  end
  return paths, title
end

return Selection
