-- What Lightroom Classic is told of the plug-in: its name, and its entries in the Library menu.

return {
  LrSdkVersion = 10.0,
  LrSdkMinimumVersion = 6.0,
  LrToolkitIdentifier = 'org.photosearch.lightroom',
  LrPluginName = 'photosearch',
  LrPluginInfoUrl = '',
  LrLibraryMenuItems = {
    { title = 'Find similar photos', file = 'FindSimilar.lua', enabledWhen = 'photosSelected' },
    { title = 'Search photos by words…', file = 'SearchByWords.lua' },
    { title = 'Open in photosearch', file = 'OpenApp.lua', enabledWhen = 'photosSelected' },
  },
  VERSION = { major = 1, minor = 0, revision = 0 },
}
