<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name></name>
    <message numerus="yes">
        <source>Up to date; %n folder(s) away</source>
        <translation>
            <numerusform>Up to date; %n folder away</numerusform>
            <numerusform>Up to date; %n folders away</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) could not be copied.</source>
        <translation>
            <numerusform>%Ln photo could not be copied.</numerusform>
            <numerusform>%Ln photos could not be copied.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folders are away: their photos are not searched until they are back.</source>
        <translation>
            <numerusform>%n folder is away: its photos are not searched until it is back.</numerusform>
            <numerusform>%n folders are away: their photos are not searched until they are back.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n language(s)</source>
        <translation>
            <numerusform>%n language</numerusform>
            <numerusform>%n languages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) cannot be searched with: {0}</source>
        <translation>
            <numerusform>%n photo cannot be searched with: {0}</numerusform>
            <numerusform>%n photos cannot be searched with: {0}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message numerus="yes">
        <source>%Ln photo(s) can be searched.</source>
        <translation>
            <numerusform>%Ln photo can be searched.</numerusform>
            <numerusform>%Ln photos can be searched.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be read.</source>
        <translation>
            <numerusform>%Ln file could not be read.</numerusform>
            <numerusform>%Ln files could not be read.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message numerus="yes">
        <source>The speed of %n model(s) is still not known.</source>
        <translation>
            <numerusform>The speed of %n model is still not known.</numerusform>
            <numerusform>The speed of %n models is still not known.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoActions</name>
    <message numerus="yes">
        <source>Copy %Ln photo(s) to a folder</source>
        <translation>
            <numerusform>Copy %Ln photo to a folder</numerusform>
            <numerusform>Copy %Ln photos to a folder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copying %Ln photo(s)…</source>
        <translation>
            <numerusform>Copying %Ln photo…</numerusform>
            <numerusform>Copying %Ln photos…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) copied to {0}.</source>
        <translation>
            <numerusform>%Ln photo copied to {0}.</numerusform>
            <numerusform>%Ln photos copied to {0}.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) excluded from search.</source>
        <translation>
            <numerusform>%Ln photo excluded from search.</numerusform>
            <numerusform>%Ln photos excluded from search.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PhotoFiles</name>
    <message numerus="yes">
        <source>%Ln photo(s) are too many to open at once.</source>
        <translation>
            <numerusform>%Ln photo is too many to open at once.</numerusform>
            <numerusform>%Ln photos are too many to open at once.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ProgramList</name>
    <message numerus="yes">
        <source>%Ln folder(s) added to the library.</source>
        <translation>
            <numerusform>%Ln folder added to the library.</numerusform>
            <numerusform>%Ln folders added to the library.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) could not be sent.</source>
        <translation>
            <numerusform>%Ln photo could not be sent.</numerusform>
            <numerusform>%Ln photos could not be sent.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) taken back from {0}.</source>
        <translation>
            <numerusform>%Ln photo taken back from {0}.</numerusform>
            <numerusform>%Ln photos taken back from {0}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>PropertiesDialog</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RootsModel</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln photo</numerusform>
            <numerusform>%Ln photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Looked at every %n minute(s)</source>
        <translation>
            <numerusform>Looked at every minute</numerusform>
            <numerusform>Looked at every %n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message numerus="yes">
        <source>%n more picture(s)</source>
        <translation>
            <numerusform>%n more picture</numerusform>
            <numerusform>%n more pictures</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation>
            <numerusform>%n folder</numerusform>
            <numerusform>%n folders</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SkippedDialog</name>
    <message numerus="yes">
        <source>%Ln file(s) could not be read, and will not be found.</source>
        <translation>
            <numerusform>%Ln file could not be read, and will not be found.</numerusform>
            <numerusform>%Ln files could not be read, and will not be found.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message numerus="yes">
        <source>%Ln photo(s) can be found</source>
        <translation>
            <numerusform>%Ln photo can be found</numerusform>
            <numerusform>%Ln photos can be found</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%Ln photo(s), best first</source>
        <translation>
            <numerusform>%Ln photo, best first</numerusform>
            <numerusform>%Ln photos, best first</numerusform>
        </translation>
    </message>
</context>
</TS>
