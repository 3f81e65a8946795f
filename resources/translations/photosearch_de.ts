<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name></name>
    <message numerus="yes">
        <source>Up to date; %n folder(s) away</source>
        <translation>
            <numerusform>Aktuell; %n Ordner nicht erreichbar</numerusform>
            <numerusform>Aktuell; %n Ordner nicht erreichbar</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) could not be copied.</source>
        <translation>
            <numerusform>%Ln Foto konnte nicht kopiert werden.</numerusform>
            <numerusform>%Ln Fotos konnten nicht kopiert werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folders are away: their photos are not searched until they are back.</source>
        <translation>
            <numerusform>%n Ordner ist nicht erreichbar: Seine Fotos werden erst wieder durchsucht, wenn er zurück ist.</numerusform>
            <numerusform>%n Ordner sind nicht erreichbar: Ihre Fotos werden erst wieder durchsucht, wenn sie zurück sind.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n Tag</numerusform>
            <numerusform>%n Tage</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n language(s)</source>
        <translation>
            <numerusform>%n Sprache</numerusform>
            <numerusform>%n Sprachen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) cannot be searched with: {0}</source>
        <translation>
            <numerusform>Nach %n Foto kann nicht gesucht werden: {0}</numerusform>
            <numerusform>Nach %n Fotos kann nicht gesucht werden: {0}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>About</name>
    <message>
        <source>About photosearch</source>
        <translation>Über photosearch</translation>
    </message>
    <message>
        <source>Search your own photos by what is in them. Nothing leaves your machine.</source>
        <translation>Durchsuche deine eigenen Fotos nach dem, was darauf zu sehen ist. Nichts verlässt deinen Rechner.</translation>
    </message>
    <message>
        <source>Free software under the Apache License 2.0. Qt {0}.</source>
        <translation>Freie Software unter der Apache-Lizenz 2.0. Qt {0}.</translation>
    </message>
</context>
<context>
    <name>Activity</name>
    <message>
        <source>The search service does not start. Trying again…</source>
        <translation>Der Suchdienst startet nicht. Neuer Versuch…</translation>
    </message>
    <message>
        <source>The search service has stopped. Starting it again…</source>
        <translation>Der Suchdienst wurde beendet. Er wird neu gestartet…</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Wird gestartet…</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>Fotos werden gesucht…</translation>
    </message>
    <message>
        <source>Looking for photos… {0} files so far</source>
        <translation>Fotos werden gesucht… bisher {0} Dateien</translation>
    </message>
    <message>
        <source>Looking through your photos: {0} of {1}</source>
        <translation>Fotos werden durchgesehen: {0} von {1}</translation>
    </message>
    <message>
        <source>Putting the index in order: {0} of {1}</source>
        <translation>Index wird aufgeräumt: {0} von {1}</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Wird vorbereitet…</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>Angehalten</translation>
    </message>
    <message>
        <source>Paused at {0} of {1} photos</source>
        <translation>Angehalten bei {0} von {1} Fotos</translation>
    </message>
    <message>
        <source>No folder has been added yet</source>
        <translation>Noch kein Ordner hinzugefügt</translation>
    </message>
    <message>
        <source>There are no photos in your folders yet</source>
        <translation>In deinen Ordnern sind noch keine Fotos</translation>
    </message>
    <message>
        <source>Up to date</source>
        <translation>Aktuell</translation>
    </message>
</context>
<context>
    <name>Amounts</name>
    <message>
        <source>less than a minute</source>
        <translation>weniger als eine Minute</translation>
    </message>
    <message>
        <source>{0} min</source>
        <translation>{0} min</translation>
    </message>
    <message>
        <source>{0} h</source>
        <translation>{0} h</translation>
    </message>
    <message>
        <source>{0}/s</source>
        <translation>{0}/s</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
</context>
<context>
    <name>App</name>
    <message>
        <source>The window of photosearch that is open does not answer.</source>
        <translation>Das offene Fenster von photosearch antwortet nicht.</translation>
    </message>
    <message>
        <source>Close it, and start it again.</source>
        <translation>Schließe es, und starte es neu.</translation>
    </message>
</context>
<context>
    <name>Copying</name>
    <message>
        <source>{0}: {1}.</source>
        <translation>{0}: {1}.</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>photosearch ran into a fault of its own. It goes on as well as it can.</source>
        <translation>In photosearch ist ein Fehler aufgetreten. Es läuft weiter, so gut es geht.</translation>
    </message>
    <message>
        <source>Please report it, with the details below.</source>
        <translation>Bitte melde ihn, mit den Einzelheiten unten.</translation>
    </message>
    <message>
        <source>Copy details</source>
        <translation>Einzelheiten kopieren</translation>
    </message>
</context>
<context>
    <name>Desktop</name>
    <message>
        <source>it ended with status {0}</source>
        <translation>es endete mit Status {0}</translation>
    </message>
    <message>
        <source>{0} could not be started: {1}.</source>
        <translation>{0} ließ sich nicht starten: {1}.</translation>
    </message>
    <message>
        <source>Choose another program with “Open with”.</source>
        <translation>Wähle mit „Öffnen mit“ ein anderes Programm.</translation>
    </message>
    <message>
        <source>No program opens this type of file.</source>
        <translation>Kein Programm öffnet Dateien dieser Art.</translation>
    </message>
    <message>
        <source>Choose one with “Open with”.</source>
        <translation>Wähle eines mit „Öffnen mit“.</translation>
    </message>
    <message>
        <source>{0} is not installed any more.</source>
        <translation>{0} ist nicht mehr installiert.</translation>
    </message>
    <message>
        <source>{0} could not be opened: {1}.</source>
        <translation>{0} ließ sich nicht öffnen: {1}.</translation>
    </message>
</context>
<context>
    <name>DropHint</name>
    <message>
        <source>Drop it to find photos like it</source>
        <translation>Loslassen, um ähnliche Fotos zu finden</translation>
    </message>
</context>
<context>
    <name>Facts</name>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Taken</source>
        <translation>Aufgenommen</translation>
    </message>
    <message>
        <source>Camera</source>
        <translation>Kamera</translation>
    </message>
    <message>
        <source>{0} megapixels</source>
        <translation>{0} Megapixel</translation>
    </message>
    <message>
        <source>Dimensions</source>
        <translation>Abmessungen</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Also at</source>
        <translation>Auch unter</translation>
    </message>
    <message>
        <source>{0}° N</source>
        <translation>{0}° N</translation>
    </message>
    <message>
        <source>{0}° S</source>
        <translation>{0}° S</translation>
    </message>
    <message>
        <source>{0}° E</source>
        <translation>{0}° O</translation>
    </message>
    <message>
        <source>{0}° W</source>
        <translation>{0}° W</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>Ort</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>Ausgewählt</translation>
    </message>
    <message>
        <source>Cameras</source>
        <translation>Kameras</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Caption</source>
        <translation>Beschreibung</translation>
    </message>
    <message>
        <source>Rating</source>
        <translation>Bewertung</translation>
    </message>
    <message>
        <source>Rejected</source>
        <translation>Abgelehnt</translation>
    </message>
    <message>
        <source>{0} of {1} stars</source>
        <translation>{0} von {1} Sternen</translation>
    </message>
    <message>
        <source>Keywords</source>
        <translation>Stichwörter</translation>
    </message>
    <message>
        <source>XMP file beside the photo</source>
        <translation>XMP-Datei neben dem Foto</translation>
    </message>
    <message>
        <source>XMP in the photo</source>
        <translation>XMP im Foto</translation>
    </message>
    <message>
        <source>IPTC in the photo</source>
        <translation>IPTC im Foto</translation>
    </message>
    <message>
        <source>Noted in</source>
        <translation>Vermerkt in</translation>
    </message>
</context>
<context>
    <name>FactsPanel</name>
    <message>
        <source>Facts about the photo</source>
        <translation>Angaben zum Foto</translation>
    </message>
    <message>
        <source>Show on a map</source>
        <translation>Auf einer Karte zeigen</translation>
    </message>
    <message>
        <source>Opens openstreetmap.org in the browser, with this place</source>
        <translation>Öffnet openstreetmap.org mit diesem Ort im Browser</translation>
    </message>
</context>
<context>
    <name>FirstRun</name>
    <message>
        <source>Find your photos by what is in them</source>
        <translation>Finde deine Fotos nach dem, was darauf zu sehen ist</translation>
    </message>
    <message>
        <source>Choose another folder…</source>
        <translation>Anderen Ordner wählen…</translation>
    </message>
    <message>
        <source>To find photos like {0}, a folder with photos has to be looked through first. All folders within are looked through as well, nothing leaves this computer, and your photos are never changed.</source>
        <translation>Um Fotos wie {0} zu finden, muss zuerst ein Ordner mit Fotos durchgesehen werden. Alle Unterordner werden mit durchgesehen, nichts verlässt diesen Computer, und deine Fotos werden nie verändert.</translation>
    </message>
    <message>
        <source>Type in English “a dog on the beach”, and see the photos that show it.</source>
        <translation>Gib auf Englisch „a dog on the beach“ ein, und du siehst die Fotos mit einem Hund am Strand.</translation>
    </message>
    <message>
        <source>Type “a dog on the beach”, and see the photos that show it.</source>
        <translation>Gib „ein Hund am Strand“ ein, und du siehst die Fotos, die das zeigen.</translation>
    </message>
    <message>
        <source>Nothing leaves this computer, and your photos are never changed.

Where are your photos? All folders within are looked through as well, and you can search from the first photos on, while the rest is still being looked through.</source>
        <translation>Nichts verlässt diesen Rechner, und deine Fotos werden nie verändert.

Wo sind deine Fotos? Alle Unterordner werden mit durchgesehen, und du kannst von den ersten Fotos an suchen, während der Rest noch durchgesehen wird.</translation>
    </message>
    <message>
        <source>Use {0}</source>
        <translation>{0} verwenden</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>Ordner wählen…</translation>
    </message>
    <message>
        <source>One moment: the search service is starting…</source>
        <translation>Einen Moment, der Suchdienst startet…</translation>
    </message>
    <message>
        <source>Adding the folder…</source>
        <translation>Der Ordner wird hinzugefügt…</translation>
    </message>
</context>
<context>
    <name>FolderDialog</name>
    <message>
        <source>Choose a folder with photos</source>
        <translation>Ordner mit Fotos wählen</translation>
    </message>
</context>
<context>
    <name>Incoming</name>
    <message>
        <source>Pasted picture</source>
        <translation>Eingefügtes Bild</translation>
    </message>
    <message>
        <source>Only the address of the picture came, not itself.</source>
        <translation>Nur die Adresse des Bildes kam an, nicht das Bild selbst.</translation>
    </message>
    <message>
        <source>Copy the picture, or save it and drop the file.</source>
        <translation>Kopiere das Bild, oder speichere es und zieh die Datei hierher.</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message>
        <source>Back to the search</source>
        <translation>Zurück zur Suche</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>Neu durchsehen</translation>
    </message>
    <message>
        <source>Look through all folders now</source>
        <translation>Alle Ordner jetzt durchsehen</translation>
    </message>
    <message>
        <source>Take in again</source>
        <translation>Wieder aufnehmen</translation>
    </message>
    <message>
        <source>Show them…</source>
        <translation>Anzeigen…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Folders of the library</source>
        <translation>Ordner der Bibliothek</translation>
    </message>
    <message>
        <source>What is left out of the folder</source>
        <translation>Was aus dem Ordner ausgenommen ist</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Remove a folder</source>
        <translation>Ordner entfernen</translation>
    </message>
    <message>
        <source>Remove {0} from the library?</source>
        <translation>{0} aus der Bibliothek entfernen?</translation>
    </message>
    <message>
        <source>The photos stay on your disk as they are; only searches do not find them any more. To find them again, add the folder again: it is then looked through anew.</source>
        <translation>Die Fotos bleiben unverändert auf der Festplatte; nur die Suche findet sie nicht mehr. Um sie wieder zu finden, füge den Ordner erneut hinzu: Er wird dann neu durchgesehen.</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Add the folders with your photos; what is in them can be searched.</source>
        <translation>Füge die Ordner mit deinen Fotos hinzu; was darin ist, lässt sich durchsuchen.</translation>
    </message>
    <message>
        <source>{0} of {1} photos can be searched so far.</source>
        <translation>{0} von {1} Fotos sind bisher auffindbar.</translation>
    </message>
    <message>
        <source>{0} photos; {1} different ones can be searched.</source>
        <translation>{0} Fotos; {1} verschiedene sind auffindbar.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) can be searched.</source>
        <translation>
            <numerusform>%Ln Foto ist auffindbar.</numerusform>
            <numerusform>%Ln Fotos sind auffindbar.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be read.</source>
        <translation>
            <numerusform>%Ln Datei ist nicht lesbar.</numerusform>
            <numerusform>%Ln Dateien sind nicht lesbar.</numerusform>
        </translation>
    </message>
    <message>
        <source>Every file that was found could be read.</source>
        <translation>Alle gefundenen Dateien sind lesbar.</translation>
    </message>
    <message>
        <source>Left out of {0}</source>
        <translation>Ausgenommen aus {0}</translation>
    </message>
</context>
<context>
    <name>LibraryState</name>
    <message>
        <source>This folder is already part of {0}, which is in your library.</source>
        <translation>Dieser Ordner gehört schon zu {0} in deiner Bibliothek.</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Find photos like these</source>
        <translation>Ähnliche Fotos finden</translation>
    </message>
</context>
<context>
    <name>MeasureLine</name>
    <message>
        <source>Measure this machine</source>
        <translation>Diesen Rechner messen</translation>
    </message>
    <message>
        <source>Measuring how fast each model is on this machine: {0} of {1}</source>
        <translation>Gemessen wird, wie schnell jedes Modell auf diesem Rechner ist: {0} von {1}</translation>
    </message>
    <message>
        <source>How long a model takes for your photos depends on this machine: a short measurement tells.</source>
        <translation>Wie lange ein Modell für deine Fotos braucht, hängt von diesem Rechner ab: Eine kurze Messung sagt es.</translation>
    </message>
</context>
<context>
    <name>ModelCardView</name>
    <message>
        <source>Recommended</source>
        <translation>Empfohlen</translation>
    </message>
    <message>
        <source>Answers now</source>
        <translation>Antwortet jetzt</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>Dieses Modell verwenden</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Einzelheiten</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>Jetzt nicht</translation>
    </message>
    <message>
        <source>What went wrong</source>
        <translation>Was nicht geklappt hat</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Use {0}</source>
        <translation>{0} verwenden</translation>
    </message>
    <message>
        <source>Details of {0}</source>
        <translation>Einzelheiten zu {0}</translation>
    </message>
    <message>
        <source>Begin</source>
        <translation>Beginnen</translation>
    </message>
    <message>
        <source>Download and use</source>
        <translation>Herunterladen und verwenden</translation>
    </message>
</context>
<context>
    <name>ModelChoice</name>
    <message>
        <source>Now searching with {0}.</source>
        <translation>Gesucht wird jetzt mit {0}.</translation>
    </message>
    <message numerus="yes">
        <source>The speed of %n model(s) is still not known.</source>
        <translation>
            <numerusform>Das Tempo von %n Modell ist noch nicht bekannt.</numerusform>
            <numerusform>Das Tempo von %n Modellen ist noch nicht bekannt.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelDisk</name>
    <message>
        <source>Delete…</source>
        <translation>Löschen…</translation>
    </message>
    <message>
        <source>Delete the files of {0}</source>
        <translation>Die Dateien von {0} löschen</translation>
    </message>
    <message>
        <source>Delete what {0} knows of your photos</source>
        <translation>Löschen, was {0} von deinen Fotos weiß</translation>
    </message>
    <message>
        <source>Delete a model</source>
        <translation>Modell löschen</translation>
    </message>
    <message>
        <source>Delete the files of {0}?</source>
        <translation>Die Dateien von {0} löschen?</translation>
    </message>
    <message>
        <source>To use it again, it has to be downloaded again.</source>
        <translation>Um es wieder zu verwenden, muss es neu heruntergeladen werden.</translation>
    </message>
    <message>
        <source>To use it again, you have to add its file again.</source>
        <translation>Um es wieder zu verwenden, musst du seine Datei neu hinzufügen.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Löschen</translation>
    </message>
    <message>
        <source>Delete what a model knows</source>
        <translation>Wissen eines Modells löschen</translation>
    </message>
    <message>
        <source>Delete what {0} knows of your photos?</source>
        <translation>Löschen, was {0} von deinen Fotos weiß?</translation>
    </message>
    <message>
        <source>The photos stay as they are. To search with this model again, it has to look through all of them again.</source>
        <translation>Die Fotos bleiben, wie sie sind. Um wieder mit diesem Modell zu suchen, muss es sie alle noch einmal durchsehen.</translation>
    </message>
</context>
<context>
    <name>ModelMenu</name>
    <message>
        <source>Part of photosearch: fast, works at once, and finds the least. English.</source>
        <translation>Teil von photosearch: schnell, sofort bereit, findet am wenigsten. Englisch.</translation>
    </message>
    <message>
        <source>Small and well known: much better than the starter, at half its speed or less. English.</source>
        <translation>Klein und bewährt: viel besser als der Starter, höchstens halb so schnell. Englisch.</translation>
    </message>
    <message>
        <source>A little slower, sees a little more, and names things better. English.</source>
        <translation>Etwas langsamer, sieht etwas mehr und benennt Dinge besser. Englisch.</translation>
    </message>
    <message>
        <source>The best that a laptop indexes quickly, in more than a hundred languages.</source>
        <translation>Das beste, mit dem ein Laptop noch flott ist, in mehr als hundert Sprachen.</translation>
    </message>
    <message>
        <source>As fast as ViT-B/32 with photos, in a hundred languages; its words are slower.</source>
        <translation>Bei Fotos so schnell wie ViT-B/32, in hundert Sprachen; bei Wörtern langsamer.</translation>
    </message>
    <message>
        <source>Small on disk and very good for its size; its licence allows research only. English.</source>
        <translation>Klein auf der Festplatte und sehr gut für seine Größe; die Lizenz erlaubt nur Forschung. Englisch.</translation>
    </message>
    <message>
        <source>Finds more than ViT-B/32 and takes four times as long. English.</source>
        <translation>Findet mehr als ViT-B/32 und braucht viermal so lange. Englisch.</translation>
    </message>
    <message>
        <source>Nearly as good as the largest at a fifth of the work, in more than a hundred languages.</source>
        <translation>Fast so gut wie das größte bei einem Fünftel der Arbeit, in mehr als hundert Sprachen.</translation>
    </message>
    <message>
        <source>Large: for a graphics card, or for a night&apos;s patience. English.</source>
        <translation>Groß: für eine Grafikkarte oder für eine Nacht Geduld. Englisch.</translation>
    </message>
    <message>
        <source>The best of these, in more than a hundred languages: for a graphics card.</source>
        <translation>Das beste von diesen, in mehr als hundert Sprachen: für eine Grafikkarte.</translation>
    </message>
</context>
<context>
    <name>ModelProgress</name>
    <message>
        <source>Resume</source>
        <translation>Fortsetzen</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>Herunterladen</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Anhalten</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Resume {0}</source>
        <translation>{0} fortsetzen</translation>
    </message>
    <message>
        <source>Pause {0}</source>
        <translation>{0} anhalten</translation>
    </message>
    <message>
        <source>Cancel {0}</source>
        <translation>{0} abbrechen</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>Many languages</source>
        <translation>Viele Sprachen</translation>
    </message>
    <message>
        <source>English</source>
        <translation>Englisch</translation>
    </message>
    <message>
        <source>{0} on this disk</source>
        <translation>{0} auf der Festplatte</translation>
    </message>
    <message>
        <source>No download</source>
        <translation>Kein Download</translation>
    </message>
    <message>
        <source>{0} download</source>
        <translation>{0} Download</translation>
    </message>
    <message>
        <source>{0}, for research only</source>
        <translation>{0}, nur für Forschung</translation>
    </message>
    <message>
        <source>Speed here: not measured yet</source>
        <translation>Tempo hier: noch nicht gemessen</translation>
    </message>
    <message>
        <source>{0} photos/s here</source>
        <translation>{0} Fotos/s hier</translation>
    </message>
    <message>
        <source>about {0} for the {1} photos left</source>
        <translation>etwa {0} für die übrigen {1} Fotos</translation>
    </message>
    <message>
        <source>about {0} for your {1} photos</source>
        <translation>etwa {0} für deine {1} Fotos</translation>
    </message>
    <message>
        <source>COCO: {0} of captions find their own photo first, of 5,000.</source>
        <translation>COCO: {0} der Bildtexte finden unter 5.000 Fotos ihr eigenes zuerst.</translation>
    </message>
    <message>
        <source>Flickr30k: {0} of captions find theirs first, of 1,000.</source>
        <translation>Flickr30k: {0} der Bildtexte finden unter 1.000 Fotos ihr eigenes zuerst.</translation>
    </message>
    <message>
        <source>ImageNet: {0} of photos are named rightly, of 1,000 names.</source>
        <translation>ImageNet: {0} der Fotos bekommen unter 1.000 Namen den richtigen.</translation>
    </message>
    <message>
        <source>{0} numbers for each photo, {1} billion operations to find them.</source>
        <translation>{0} Zahlen für jedes Foto, {1} Milliarden Rechenschritte dafür.</translation>
    </message>
    <message>
        <source>No figures are published.</source>
        <translation>Es sind keine Zahlen veröffentlicht.</translation>
    </message>
    <message>
        <source>Source: {0}</source>
        <translation>Quelle: {0}</translation>
    </message>
    <message>
        <source>Licence: {0}</source>
        <translation>Lizenz: {0}</translation>
    </message>
    <message>
        <source>Its name for the command line: {0}</source>
        <translation>Sein Name für die Kommandozeile: {0}</translation>
    </message>
    <message>
        <source>A model of your own.</source>
        <translation>Ein eigenes Modell.</translation>
    </message>
    <message>
        <source>less than a minute for all photos</source>
        <translation>unter einer Minute für alle Fotos</translation>
    </message>
    <message>
        <source>Chosen, but not on this computer</source>
        <translation>Gewählt, aber nicht auf diesem Rechner</translation>
    </message>
    <message>
        <source>Download paused at {0}</source>
        <translation>Download angehalten bei {0}</translation>
    </message>
    <message>
        <source>Downloaded; checking it and making it ready…</source>
        <translation>Heruntergeladen; es wird geprüft und bereit gemacht…</translation>
    </message>
    <message>
        <source>The download did not work</source>
        <translation>Der Download hat nicht geklappt</translation>
    </message>
    <message>
        <source>Downloading: {0}</source>
        <translation>Wird heruntergeladen: {0}</translation>
    </message>
    <message>
        <source>{0} left</source>
        <translation>noch {0}</translation>
    </message>
    <message>
        <source>Looking through your photos…</source>
        <translation>Deine Fotos werden durchgesehen…</translation>
    </message>
    <message>
        <source>Paused at {0} of {1} photos</source>
        <translation>Angehalten bei {0} von {1} Fotos</translation>
    </message>
    <message>
        <source>Looking through your photos: {0} of {1}</source>
        <translation>Fotos werden durchgesehen: {0} von {1}</translation>
    </message>
    <message>
        <source>Preparing {0}</source>
        <translation>{0} wird vorbereitet</translation>
    </message>
    <message>
        <source>{0} is paused at {1} of {2} photos</source>
        <translation>{0} ist angehalten bei {1} von {2} Fotos</translation>
    </message>
    <message>
        <source>Preparing {0}: {1} of {2}</source>
        <translation>{0} wird vorbereitet: {1} von {2}</translation>
    </message>
    <message>
        <source>{0}; searching with {1} meanwhile</source>
        <translation>{0}; gesucht wird solange mit {1}</translation>
    </message>
    <message>
        <source>Downloads {0} to this computer, once.</source>
        <translation>Lädt einmalig {0} auf diesen Rechner herunter.</translation>
    </message>
    <message>
        <source>Its licence allows research only.</source>
        <translation>Seine Lizenz erlaubt nur Forschung.</translation>
    </message>
    <message>
        <source>{0} goes on searching until then.</source>
        <translation>Bis dahin sucht weiter {0}.</translation>
    </message>
    <message>
        <source>Looks through {0} photos.</source>
        <translation>Sieht {0} Fotos durch.</translation>
    </message>
    <message>
        <source>Looks through {0} photos in less than a minute.</source>
        <translation>Sieht {0} Fotos in weniger als einer Minute durch.</translation>
    </message>
    <message>
        <source>Looks through {0} photos: about {1}.</source>
        <translation>Sieht {0} Fotos durch: etwa {1}.</translation>
    </message>
    <message>
        <source>What it knows of {0} photos: {1}</source>
        <translation>Was es von {0} Fotos weiß: {1}</translation>
    </message>
    <message>
        <source>Its files: {0}</source>
        <translation>Seine Dateien: {0}</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>Back to the search</source>
        <translation>Zurück zur Suche</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>A model looks at every photo once, and from then on finds them by your words. Larger ones find more, and take longer to look. Your photos never leave this computer; only the model itself is downloaded.</source>
        <translation>Ein Modell sieht sich jedes Foto einmal an und findet es von da an mit deinen Worten. Größere finden mehr und brauchen länger zum Ansehen. Deine Fotos verlassen nie diesen Rechner; nur das Modell selbst wird heruntergeladen.</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>What you should know</source>
        <translation>Was du wissen solltest</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Einen Moment…</translation>
    </message>
    <message>
        <source>Searching with {0}.</source>
        <translation>Gesucht wird mit {0}.</translation>
    </message>
    <message>
        <source>Searching with {0}, until {1} has looked at all of your photos.</source>
        <translation>Gesucht wird mit {0}, bis {1} alle deine Fotos angesehen hat.</translation>
    </message>
</context>
<context>
    <name>Notifications</name>
    <message>
        <source>Messages</source>
        <translation>Meldungen</translation>
    </message>
</context>
<context>
    <name>OpenWithMenu</name>
    <message>
        <source>Looking for programs…</source>
        <translation>Programme werden gesucht…</translation>
    </message>
    <message>
        <source>&amp;Other program…</source>
        <translation>&amp;Anderes Programm…</translation>
    </message>
</context>
<context>
    <name>OwnModel</name>
    <message>
        <source>Add a model file…</source>
        <translation>Modelldatei hinzufügen…</translation>
    </message>
    <message>
        <source>A model that you have as a file (open_clip’s .safetensors or .pt, or a folder with open_clip_config.json) is added in a terminal. Put its path in place of FILE; it is checked, and then stands above.</source>
        <translation>Ein Modell, das du als Datei hast (.safetensors oder .pt von open_clip, oder ein Ordner mit open_clip_config.json), wird in einem Terminal hinzugefügt. Setze seinen Pfad an die Stelle von FILE; es wird geprüft und steht dann hier oben.</translation>
    </message>
    <message>
        <source>The command that adds a model</source>
        <translation>Der Befehl, der ein Modell hinzufügt</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
</context>
<context>
    <name>PhotoActions</name>
    <message>
        <source>Find &amp;similar</source>
        <translation>Ä&amp;hnliche finden</translation>
    </message>
    <message>
        <source>Pre&amp;view</source>
        <translation>&amp;Vorschau</translation>
    </message>
    <message>
        <source>&amp;Open</source>
        <translation>Ö&amp;ffnen</translation>
    </message>
    <message>
        <source>Open &amp;with</source>
        <translation>Öffnen &amp;mit</translation>
    </message>
    <message>
        <source>Se&amp;nd to</source>
        <translation>Se&amp;nden an</translation>
    </message>
    <message>
        <source>Show in &amp;folder</source>
        <translation>Im &amp;Ordner anzeigen</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>&amp;Kopieren</translation>
    </message>
    <message>
        <source>Copy pa&amp;th</source>
        <translation>&amp;Pfad kopieren</translation>
    </message>
    <message>
        <source>Copy to a fol&amp;der…</source>
        <translation>&amp;In einen Ordner kopieren…</translation>
    </message>
    <message>
        <source>&amp;Exclude from search</source>
        <translation>Von der &amp;Suche ausschließen</translation>
    </message>
    <message>
        <source>P&amp;roperties</source>
        <translation>&amp;Eigenschaften</translation>
    </message>
    <message numerus="yes">
        <source>Copy %Ln photo(s) to a folder</source>
        <translation>
            <numerusform>%Ln Foto in einen Ordner kopieren</numerusform>
            <numerusform>%Ln Fotos in einen Ordner kopieren</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Copying %Ln photo(s)…</source>
        <translation>
            <numerusform>%Ln Foto wird kopiert…</numerusform>
            <numerusform>%Ln Fotos werden kopiert…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) copied to {0}.</source>
        <translation>
            <numerusform>%Ln Foto nach {0} kopiert.</numerusform>
            <numerusform>%Ln Fotos nach {0} kopiert.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) excluded from search.</source>
        <translation>
            <numerusform>%Ln Foto von der Suche ausgeschlossen.</numerusform>
            <numerusform>%Ln Fotos von der Suche ausgeschlossen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Copy to a folder</source>
        <translation>In einen Ordner kopieren</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Anzeigen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>They can be found again.</source>
        <translation>Sie sind wieder auffindbar.</translation>
    </message>
</context>
<context>
    <name>PhotoCanvas</name>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
</context>
<context>
    <name>PhotoFiles</name>
    <message numerus="yes">
        <source>%Ln photo(s) are too many to open at once.</source>
        <translation>
            <numerusform>%Ln Foto ist zu viel, um es auf einmal zu öffnen.</numerusform>
            <numerusform>%Ln Fotos sind zu viele, um sie auf einmal zu öffnen.</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose at most {0}.</source>
        <translation>Wähle höchstens {0} aus.</translation>
    </message>
    <message>
        <source>{0} is not there.</source>
        <translation>{0} ist nicht da.</translation>
    </message>
    <message>
        <source>It was moved or deleted.</source>
        <translation>Die Datei wurde verschoben oder gelöscht.</translation>
    </message>
    <message>
        <source>Connect the drive that holds {0}.</source>
        <translation>Schließe das Laufwerk mit {0} an.</translation>
    </message>
</context>
<context>
    <name>PreviewBar</name>
    <message>
        <source>{0} of {1}</source>
        <translation>{0} von {1}</translation>
    </message>
    <message>
        <source>{0} %</source>
        <translation>{0} %</translation>
    </message>
    <message>
        <source>Back to the results (Esc)</source>
        <translation>Zurück zu den Ergebnissen (Esc)</translation>
    </message>
    <message>
        <source>Back to the photo before (Backspace)</source>
        <translation>Zurück zum vorigen Foto (Rücktaste)</translation>
    </message>
    <message>
        <source>Find similar photos</source>
        <translation>Ähnliche Fotos finden</translation>
    </message>
    <message>
        <source>Smaller (-)</source>
        <translation>Kleiner (-)</translation>
    </message>
    <message>
        <source>Larger (+)</source>
        <translation>Größer (+)</translation>
    </message>
    <message>
        <source>The whole photo (0), or its pixels (1)</source>
        <translation>Ganzes Foto (0) oder Originalgröße (1)</translation>
    </message>
    <message>
        <source>Facts (I)</source>
        <translation>Angaben (I)</translation>
    </message>
</context>
<context>
    <name>PreviewPage</name>
    <message>
        <source>Photo, seen large</source>
        <translation>Foto in groß</translation>
    </message>
    <message>
        <source>Similar</source>
        <translation>Ähnliche</translation>
    </message>
    <message>
        <source>The photo before (Left)</source>
        <translation>Voriges Foto (Pfeil links)</translation>
    </message>
    <message>
        <source>The next photo (Right)</source>
        <translation>Nächstes Foto (Pfeil rechts)</translation>
    </message>
    <message>
        <source>A small picture: files of this kind cannot be shown in full here.</source>
        <translation>Ein kleines Bild: Dateien dieser Art lassen sich hier nicht in voller Größe zeigen.</translation>
    </message>
    <message>
        <source>The file is not there any more. This is its last small picture.</source>
        <translation>Die Datei ist nicht mehr da. Das ist ihr letztes kleines Bild.</translation>
    </message>
    <message>
        <source>The drive of this photo is not connected. This is a small picture.</source>
        <translation>Das Laufwerk dieses Fotos ist nicht angeschlossen. Das ist ein kleines Bild.</translation>
    </message>
    <message>
        <source>This photo cannot be read now. This is a small picture.</source>
        <translation>Dieses Foto ist gerade nicht lesbar. Das ist ein kleines Bild.</translation>
    </message>
</context>
<context>
    <name>ProgramCard</name>
    <message>
        <source>On</source>
        <translation>Ein</translation>
    </message>
    <message>
        <source>Add its folders</source>
        <translation>Seine Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Take back what was sent</source>
        <translation>Gesendetes zurücknehmen</translation>
    </message>
    <message>
        <source>photosearch in {0}</source>
        <translation>photosearch in {0}</translation>
    </message>
    <message>
        <source>Add the folders of {0}</source>
        <translation>Die Ordner von {0} hinzufügen</translation>
    </message>
    <message>
        <source>Take back what was sent to {0}</source>
        <translation>Zurücknehmen, was an {0} gesendet wurde</translation>
    </message>
</context>
<context>
    <name>ProgramDialog</name>
    <message>
        <source>Open with</source>
        <translation>Öffnen mit</translation>
    </message>
    <message>
        <source>Find a program</source>
        <translation>Programm suchen</translation>
    </message>
    <message>
        <source>Programs</source>
        <translation>Programme</translation>
    </message>
</context>
<context>
    <name>ProgramList</name>
    <message numerus="yes">
        <source>%Ln folder(s) added to the library.</source>
        <translation>
            <numerusform>%Ln Ordner zur Bibliothek hinzugefügt.</numerusform>
            <numerusform>%Ln Ordner zur Bibliothek hinzugefügt.</numerusform>
        </translation>
    </message>
    <message>
        <source>This is not ours, or was changed by hand, and stays as it is: {0}</source>
        <translation>Das ist nicht von photosearch oder wurde von Hand geändert und bleibt, wie es ist: {0}</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) could not be sent.</source>
        <translation>
            <numerusform>%Ln Foto konnte nicht gesendet werden.</numerusform>
            <numerusform>%Ln Fotos konnten nicht gesendet werden.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s) taken back from {0}.</source>
        <translation>
            <numerusform>%Ln Foto von {0} zurückgenommen.</numerusform>
            <numerusform>%Ln Fotos von {0} zurückgenommen.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Programs</name>
    <message>
        <source>photosearch in the menu of programs, and “Find similar photos” under “Open with” of photos, in all file managers.</source>
        <translation>photosearch im Programmmenü, und „Ähnliche Fotos finden“ unter „Öffnen mit“ von Fotos, in allen Dateiverwaltungen.</translation>
    </message>
    <message>
        <source>Library &gt; Plug-in Extras: similar photos, and photos by words, as a collection.</source>
        <translation>Bibliothek &gt; Zusatzmoduloptionen: ähnliche Fotos und Fotos zu Wörtern, als Sammlung.</translation>
    </message>
    <message>
        <source>Start Lightroom again. Sort the collection by Custom Order to see the best first.</source>
        <translation>Lightroom neu starten. Die Sammlung nach eigener Reihenfolge sortieren, dann stehen die besten vorn.</translation>
    </message>
    <message>
        <source>A panel in the lighttable: similar photos and photos by words, as a collection.</source>
        <translation>Ein Modul im Leuchttisch: ähnliche Fotos und Fotos zu Wörtern, als Sammlung.</translation>
    </message>
    <message>
        <source>Start darktable again.</source>
        <translation>darktable neu starten.</translation>
    </message>
    <message>
        <source>“Find similar photos” in “Open With” of its context menu, and results as a tag.</source>
        <translation>„Ähnliche Fotos finden“ unter „Öffnen mit“ im Kontextmenü; Ergebnisse kommen als Stichwort zurück.</translation>
    </message>
    <message>
        <source>To see results in digiKam, switch on in Settings &gt; Configure digiKam &gt; Metadata: “Read from sidecar files” (Sidecars) and “Rescan file when files are modified” (Behavior).</source>
        <translation>Damit digiKam Ergebnisse zeigt, unter Einstellungen &gt; digiKam einrichten &gt; Metadaten einschalten: „Aus Begleitdateien lesen“ (Begleitdateien) und „Datei erneut einlesen, wenn Dateien geändert wurden“ (Verhalten).</translation>
    </message>
    <message>
        <source>“Find similar photos” and “Search photos by words…” in the menu File and under Plugins; results come back as a collection.</source>
        <translation>„Ähnliche Fotos finden“ und „Fotos mit Worten suchen …“ im Menü Datei und unter Plugins; Ergebnisse kommen als Sammlung zurück.</translation>
    </message>
    <message>
        <source>Start Geeqie again.</source>
        <translation>Geeqie neu starten.</translation>
    </message>
    <message>
        <source>“Find similar photos” and “Search photos by words…” in the menu Tools; results come back as a catalog.</source>
        <translation>„Ähnliche Fotos finden“ und „Fotos mit Worten suchen …“ im Menü Werkzeuge; Ergebnisse kommen als Katalog zurück.</translation>
    </message>
    <message>
        <source>Start gThumb again.</source>
        <translation>gThumb neu starten.</translation>
    </message>
    <message>
        <source>Nothing in its menus, which no file can extend; results come back as a folder of links.</source>
        <translation>Nichts in den Menüs, die keine Datei erweitern kann; Ergebnisse kommen als Ordner mit Verknüpfungen zurück.</translation>
    </message>
    <message>
        <source>It takes no entries in its menus. Results can be sent to a folder of links.</source>
        <translation>Es nimmt keine Einträge in seine Menüs auf. Ergebnisse können in einen Ordner mit Verknüpfungen gesendet werden.</translation>
    </message>
    <message>
        <source>Nothing by itself, since how it keeps its menus is not published; results come back as a folder of links.</source>
        <translation>Nichts von selbst, da nicht veröffentlicht ist, wie es seine Menüs speichert; Ergebnisse kommen als Ordner mit Verknüpfungen zurück.</translation>
    </message>
    <message>
        <source>In XnView MP, add photosearch-app to the programs of “Open with” by hand.</source>
        <translation>In XnView MP photosearch-app von Hand zu den Programmen unter „Öffnen mit“ hinzufügen.</translation>
    </message>
    <message>
        <source>Photos for the words that you type in the activities overview.</source>
        <translation>Fotos zu den Wörtern, die in der Aktivitäten-Übersicht eingegeben werden.</translation>
    </message>
    <message>
        <source>Photos for the words that you type in KRunner and in Plasma&apos;s menu.</source>
        <translation>Fotos zu den Wörtern, die in KRunner und im Menü von Plasma eingegeben werden.</translation>
    </message>
    <message>
        <source>Log out and in again.</source>
        <translation>Ab- und wieder anmelden.</translation>
    </message>
    <message>
        <source>Nothing in any menu; results come back as a folder of links, which the file manager opens.</source>
        <translation>Nichts in Menüs; Ergebnisse kommen als Ordner mit Verknüpfungen zurück, den die Dateiverwaltung öffnet.</translation>
    </message>
    <message>
        <source>There is nothing to install: send results to it.</source>
        <translation>Es gibt nichts zu installieren: Ergebnisse einfach dorthin senden.</translation>
    </message>
    <message>
        <source>“Find similar photos” in the menu of photos, and “Search photos by words…” in that of a folder.</source>
        <translation>„Ähnliche Fotos finden“ im Menü von Fotos und „Fotos mit Worten suchen …“ in dem eines Ordners.</translation>
    </message>
    <message>
        <source>Close Files and open it again; nautilus -q closes all of it.</source>
        <translation>Dateien schließen und wieder öffnen; nautilus -q schließt es ganz.</translation>
    </message>
    <message>
        <source>Close Thunar and open it again; thunar -q closes all of it.</source>
        <translation>Thunar schließen und wieder öffnen; thunar -q schließt es ganz.</translation>
    </message>
    <message>
        <source>“Find similar photos” in the menu of photos, and “Search photos by words…” in that of a folder; in Windows 11 below “Show more options”.</source>
        <translation>„Ähnliche Fotos finden“ im Menü von Fotos und „Fotos mit Worten suchen …“ in dem eines Ordners; in Windows 11 unter „Weitere Optionen anzeigen“.</translation>
    </message>
    <message>
        <source>“Find similar photos” among the quick actions of photos, and “Search photos by words…” in the menu Services.</source>
        <translation>„Ähnliche Fotos finden“ unter den Schnellaktionen von Fotos und „Fotos mit Worten suchen …“ im Menü Dienste.</translation>
    </message>
    <message>
        <source>If they are not shown, switch them on in System Settings, Keyboard, Shortcuts, Services.</source>
        <translation>Werden sie nicht angezeigt, in den Systemeinstellungen unter Tastatur, Kurzbefehle, Dienste einschalten.</translation>
    </message>
</context>
<context>
    <name>ProgramsPage</name>
    <message>
        <source>Back to the search</source>
        <translation>Zurück zur Suche</translation>
    </message>
    <message>
        <source>Other programs</source>
        <translation>Andere Programme</translation>
    </message>
    <message>
        <source>Find similar photos from the menus of the programs that you use. What is switched on writes a few small files for them, and takes every trace away again when you switch it off.</source>
        <translation>Ähnliche Fotos aus den Menüs der gewohnten Programme finden. Was eingeschaltet ist, legt ein paar kleine Dateien für sie an und nimmt beim Ausschalten jede Spur wieder weg.</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Einen Moment…</translation>
    </message>
    <message>
        <source>Not found on this computer</source>
        <translation>Auf diesem Computer nicht gefunden</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>How far the work is</source>
        <translation>Fortschritt der Arbeit</translation>
    </message>
</context>
<context>
    <name>PropertiesDialog</name>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>QualityBar</name>
    <message>
        <source>Quality: not published</source>
        <translation>Qualität: nicht veröffentlicht</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>Qualität</translation>
    </message>
</context>
<context>
    <name>ResultsModel</name>
    <message>
        <source>Result {0} of {1}, in the folder {2}</source>
        <translation>Ergebnis {0} von {1}, im Ordner {2}</translation>
    </message>
    <message>
        <source>Loading…</source>
        <translation>Wird geladen…</translation>
    </message>
</context>
<context>
    <name>ResultsView</name>
    <message>
        <source>Results</source>
        <translation>Ergebnisse</translation>
    </message>
</context>
<context>
    <name>RootsModel</name>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Zustand</translation>
    </message>
    <message numerus="yes">
        <source>%Ln photo(s)</source>
        <translation>
            <numerusform>%Ln Foto</numerusform>
            <numerusform>%Ln Fotos</numerusform>
        </translation>
    </message>
    <message>
        <source>Away: its photos are kept</source>
        <translation>Nicht erreichbar; die Fotos bleiben bekannt</translation>
    </message>
    <message>
        <source>Looking for photos…</source>
        <translation>Fotos werden gesucht…</translation>
    </message>
    <message>
        <source>New photos are found at once</source>
        <translation>Neue Fotos sind sofort auffindbar</translation>
    </message>
    <message numerus="yes">
        <source>Looked at every %n minute(s)</source>
        <translation>
            <numerusform>Wird jede Minute durchgesehen</numerusform>
            <numerusform>Wird alle %n Minuten durchgesehen</numerusform>
        </translation>
    </message>
    <message>
        <source>Waiting to be looked at</source>
        <translation>Wartet auf die Durchsicht</translation>
    </message>
</context>
<context>
    <name>Runner</name>
    <message>
        <source>Something went wrong in the app itself: {0}</source>
        <translation>In der App selbst ist etwas schiefgegangen: {0}</translation>
    </message>
    <message>
        <source>Please report this, with the details that are shown.</source>
        <translation>Bitte melde das, mit den angezeigten Einzelheiten.</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>Search your photos</source>
        <translation>Deine Fotos durchsuchen</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Back to the search before</source>
        <translation>Zurück zur vorigen Suche</translation>
    </message>
    <message>
        <source>Forward again</source>
        <translation>Wieder vorwärts</translation>
    </message>
    <message>
        <source>Add words to the picture…</source>
        <translation>Wörter zum Bild dazuschreiben…</translation>
    </message>
    <message>
        <source>Add words…</source>
        <translation>Wörter dazu…</translation>
    </message>
    <message>
        <source>Describe what is in the photo…</source>
        <translation>Beschreibe, was auf dem Foto ist…</translation>
    </message>
    <message>
        <source>Describe it…</source>
        <translation>Beschreiben…</translation>
    </message>
    <message>
        <source>Describe the photo in English…</source>
        <translation>Beschreibe das Foto auf Englisch…</translation>
    </message>
    <message>
        <source>In English…</source>
        <translation>Auf Englisch…</translation>
    </message>
    <message>
        <source>Search without this picture</source>
        <translation>Ohne dieses Bild suchen</translation>
    </message>
    <message>
        <source>Search without these pictures</source>
        <translation>Ohne diese Bilder suchen</translation>
    </message>
    <message numerus="yes">
        <source>%n more picture(s)</source>
        <translation>
            <numerusform>%n weiteres Bild</numerusform>
            <numerusform>%n weitere Bilder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation>
            <numerusform>%n Ordner</numerusform>
            <numerusform>%n Ordner</numerusform>
        </translation>
    </message>
    <message>
        <source>Search everywhere</source>
        <translation>Überall suchen</translation>
    </message>
</context>
<context>
    <name>SearchPage</name>
    <message>
        <source>Try again</source>
        <translation>Erneut versuchen</translation>
    </message>
    <message>
        <source>Show the library</source>
        <translation>Bibliothek anzeigen</translation>
    </message>
    <message>
        <source>{0} is not in your library.</source>
        <translation>{0} ist nicht in deiner Bibliothek.</translation>
    </message>
    <message>
        <source>Add this folder</source>
        <translation>Diesen Ordner hinzufügen</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>Suche läuft…</translation>
    </message>
    <message>
        <source>The first search takes a little longer: the model is being made ready.</source>
        <translation>Die erste Suche dauert etwas länger: Das Modell wird vorbereitet.</translation>
    </message>
    <message>
        <source>Looking through your photos…</source>
        <translation>Deine Fotos werden durchgesehen…</translation>
    </message>
    <message>
        <source>The first ones can be found in a moment, the others as they come.</source>
        <translation>Die ersten sind gleich auffindbar, die übrigen nach und nach.</translation>
    </message>
    <message>
        <source>See how far it is</source>
        <translation>Fortschritt anzeigen</translation>
    </message>
    <message>
        <source>There are no photos yet</source>
        <translation>Noch keine Fotos</translation>
    </message>
    <message>
        <source>Add a folder that holds photos: they stay where they are, and stay on this computer.</source>
        <translation>Füge einen Ordner mit Fotos hinzu: Sie bleiben, wo sie sind, und bleiben auf diesem Rechner.</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>The search service does not start</source>
        <translation>Der Suchdienst startet nicht</translation>
    </message>
    <message>
        <source>The search service has stopped</source>
        <translation>Der Suchdienst wurde beendet</translation>
    </message>
    <message>
        <source>It is being started again. Your search goes on by itself as soon as it is back.</source>
        <translation>Er wird neu gestartet. Deine Suche geht von selbst weiter, sobald er wieder da ist.</translation>
    </message>
    <message>
        <source>Your photos are away</source>
        <translation>Deine Fotos sind nicht erreichbar</translation>
    </message>
    <message>
        <source>Connect the drive that holds them. They are remembered, and found again at once.</source>
        <translation>Schließe das Laufwerk an, auf dem sie sind. Sie bleiben bekannt und sind dann sofort wieder auffindbar.</translation>
    </message>
    <message>
        <source>Clear the search</source>
        <translation>Suche leeren</translation>
    </message>
    <message>
        <source>Search everywhere</source>
        <translation>Überall suchen</translation>
    </message>
    <message>
        <source>There are no other photos in the folder that is searched.</source>
        <translation>In dem Ordner, der durchsucht wird, sind keine anderen Fotos.</translation>
    </message>
    <message>
        <source>There are no other photos to compare with.</source>
        <translation>Es gibt keine anderen Fotos zum Vergleichen.</translation>
    </message>
    <message>
        <source>No photos found</source>
        <translation>Keine Fotos gefunden</translation>
    </message>
    <message>
        <source>This search did not work</source>
        <translation>Diese Suche hat nicht geklappt</translation>
    </message>
    <message>
        <source>The search service has stopped. It is being started again…</source>
        <translation>Der Suchdienst wurde beendet. Er wird neu gestartet…</translation>
    </message>
    <message>
        <source>{0} is away: its photos are not searched until it is back.</source>
        <translation>{0} ist nicht erreichbar: Diese Fotos werden erst wieder durchsucht, wenn der Ordner zurück ist.</translation>
    </message>
    <message>
        <source>{0} of {1} photos can be searched so far.</source>
        <translation>{0} von {1} Fotos sind bisher auffindbar.</translation>
    </message>
</context>
<context>
    <name>SendToMenu</name>
    <message>
        <source>Looking for programs…</source>
        <translation>Programme werden gesucht…</translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>The model that embeds: starter, ARCHITECTURE/TAG or ARCHITECTURE@FILE.</source>
        <translation>Das Modell, das Fotos und Wörter vergleicht: starter, ARCHITEKTUR/KENNUNG oder ARCHITEKTUR@DATEI.</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Where the model runs.</source>
        <translation>Worauf das Modell rechnet.</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>The numbers the model computes with: auto is fp16 on a GPU.</source>
        <translation>Die Zahlen, mit denen das Modell rechnet: automatisch heißt fp16 auf einer GPU.</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Stapelgröße</translation>
    </message>
    <message>
        <source>Photos embedded at once.</source>
        <translation>Fotos, die das Modell auf einmal verarbeitet.</translation>
    </message>
    <message>
        <source>Decoding threads</source>
        <translation>Threads zum Dekodieren</translation>
    </message>
    <message>
        <source>Threads that decode photos; 0 is one a core.</source>
        <translation>Threads, die Fotos dekodieren; 0 heißt einer je Prozessorkern.</translation>
    </message>
    <message>
        <source>Let the model go after (minutes)</source>
        <translation>Modell freigeben nach (Minuten)</translation>
    </message>
    <message>
        <source>Minutes without use after which the model is let go; 0 keeps it.</source>
        <translation>Minuten ohne Nutzung, nach denen das Modell freigegeben wird; 0 behält es.</translation>
    </message>
    <message>
        <source>Look at network folders every (minutes)</source>
        <translation>Netzwerkordner durchsehen alle (Minuten)</translation>
    </message>
    <message>
        <source>Minutes between two looks at folders that cannot be watched (network drives).</source>
        <translation>Minuten zwischen zwei Durchsichten von Ordnern, die sich nicht überwachen lassen (Netzlaufwerke).</translation>
    </message>
    <message>
        <source>Index in the background</source>
        <translation>Im Hintergrund indizieren</translation>
    </message>
    <message>
        <source>Index at low priority, so that other programs go first.</source>
        <translation>Mit niedriger Priorität indizieren, damit andere Programme Vorrang haben.</translation>
    </message>
    <message>
        <source>Thumbnails kept (MB)</source>
        <translation>Platz für Vorschaubilder (MB)</translation>
    </message>
    <message>
        <source>Megabytes of disk that thumbnails may take; 0 keeps none.</source>
        <translation>Megabyte auf der Festplatte, die Vorschaubilder belegen dürfen; 0 behält keine.</translation>
    </message>
    <message>
        <source>Share thumbnails with other programs</source>
        <translation>Vorschaubilder mit anderen Programmen teilen</translation>
    </message>
    <message>
        <source>Use the thumbnails that file managers made, and leave them ours.</source>
        <translation>Die Vorschaubilder von Dateiverwaltungen nutzen und ihnen eigene überlassen.</translation>
    </message>
    <message>
        <source>auto</source>
        <translation>automatisch</translation>
    </message>
    <message>
        <source>cpu</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>cuda</source>
        <translation>CUDA</translation>
    </message>
    <message>
        <source>mps</source>
        <translation>MPS</translation>
    </message>
    <message>
        <source>fp32</source>
        <translation>fp32</translation>
    </message>
    <message>
        <source>fp16</source>
        <translation>fp16</translation>
    </message>
    <message>
        <source>bf16</source>
        <translation>bf16</translation>
    </message>
    <message>
        <source>int8</source>
        <translation>int8</translation>
    </message>
</context>
<context>
    <name>SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Einen Moment…</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>Modell wählen…</translation>
    </message>
    <message>
        <source>Start at login</source>
        <translation>Beim Anmelden starten</translation>
    </message>
    <message>
        <source>The search service starts with your session: new photos are found at once.</source>
        <translation>Der Suchdienst startet mit deiner Sitzung: Neue Fotos sind sofort auffindbar.</translation>
    </message>
    <message>
        <source>Stay in the tray</source>
        <translation>Im Infobereich bleiben</translation>
    </message>
    <message>
        <source>Closing the window leaves the icon there; a click on it opens the window.</source>
        <translation>Beim Schließen des Fensters bleibt dort das Symbol; ein Klick darauf öffnet das Fenster.</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>Dieser Rechner</translation>
    </message>
    <message>
        <source>{0} is chosen. Others find more, or take less time.</source>
        <translation>Gewählt ist {0}. Andere finden mehr oder brauchen weniger Zeit.</translation>
    </message>
</context>
<context>
    <name>ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Large view of a photo, and back</source>
        <translation>Foto groß zeigen, und zurück</translation>
    </message>
    <message>
        <source>Leave the large view; clear the search</source>
        <translation>Großansicht verlassen; Suche leeren</translation>
    </message>
    <message>
        <source>Large view: photo before, photo after</source>
        <translation>Großansicht: voriges Foto, nächstes Foto</translation>
    </message>
    <message>
        <source>Large view: larger, smaller, fit, full size</source>
        <translation>Großansicht: größer, kleiner, einpassen, Originalgröße</translation>
    </message>
</context>
<context>
    <name>SimilarStrip</name>
    <message>
        <source>Similar photos</source>
        <translation>Ähnliche Fotos</translation>
    </message>
</context>
<context>
    <name>SkipKind</name>
    <message>
        <source>Empty file</source>
        <translation>Leere Datei</translation>
    </message>
    <message>
        <source>Damaged</source>
        <translation>Beschädigt</translation>
    </message>
    <message>
        <source>Too large</source>
        <translation>Zu groß</translation>
    </message>
    <message>
        <source>Not allowed to read</source>
        <translation>Keine Leserechte</translation>
    </message>
    <message>
        <source>Gone</source>
        <translation>Verschwunden</translation>
    </message>
    <message>
        <source>Not a picture</source>
        <translation>Kein Bild</translation>
    </message>
</context>
<context>
    <name>SkippedDialog</name>
    <message>
        <source>Files that could not be read</source>
        <translation>Nicht lesbare Dateien</translation>
    </message>
    <message>
        <source>One moment…</source>
        <translation>Einen Moment…</translation>
    </message>
    <message>
        <source>Show only</source>
        <translation>Nur anzeigen</translation>
    </message>
    <message>
        <source>Everything</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Part of a name or folder</source>
        <translation>Teil eines Namens oder Ordners</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner anzeigen</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>Kopieren</translation>
    </message>
    <message>
        <source>Every file that was found could be read.</source>
        <translation>Alle gefundenen Dateien sind lesbar.</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s) could not be read, and will not be found.</source>
        <translation>
            <numerusform>%Ln Datei ist nicht lesbar und wird nicht gefunden.</numerusform>
            <numerusform>%Ln Dateien sind nicht lesbar und werden nicht gefunden.</numerusform>
        </translation>
    </message>
    <message>
        <source>Each is tried again when it changes.</source>
        <translation>Jede wird neu versucht, wenn sie sich ändert.</translation>
    </message>
    <message>
        <source>Everything ({0})</source>
        <translation>Alle ({0})</translation>
    </message>
</context>
<context>
    <name>SkippedModel</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Folder</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
</context>
<context>
    <name>StartHeader</name>
    <message>
        <source>What are you looking for?</source>
        <translation>Was suchst du?</translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message numerus="yes">
        <source>%Ln photo(s) can be found</source>
        <translation>
            <numerusform>%Ln Foto ist auffindbar</numerusform>
            <numerusform>%Ln Fotos sind auffindbar</numerusform>
        </translation>
    </message>
    <message>
        <source>Forget these</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>You searched for</source>
        <translation>Du hast gesucht nach</translation>
    </message>
    <message>
        <source>Or drop a photo anywhere in this window, or paste one, to find others like it.</source>
        <translation>Oder zieh ein Foto in dieses Fenster, oder füge eines ein, um ähnliche zu finden.</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>Zum Beispiel</translation>
    </message>
</context>
<context>
    <name>StarterNote</name>
    <message>
        <source>Choose a model…</source>
        <translation>Modell wählen…</translation>
    </message>
    <message>
        <source>The built-in starter model is at work: small, quick, and no download.</source>
        <translation>Das eingebaute Startmodell ist im Einsatz: klein, schnell und ohne Herunterladen.</translation>
    </message>
    <message>
        <source>It finds everyday things: people, animals, vehicles, things around the house. A larger CLIP model finds more and knows more words; it is downloaded once, and takes longer to look through your photos. You can choose one at any time, and search with this one until it is ready.</source>
        <translation>Es findet Alltägliches: Menschen, Tiere, Fahrzeuge, Dinge im Haus. Ein größeres CLIP-Modell findet mehr und kennt mehr Wörter; es wird einmal heruntergeladen und braucht länger, um deine Fotos durchzusehen. Du kannst jederzeit eines wählen und mit diesem hier suchen, bis es bereit ist.</translation>
    </message>
    <message>
        <source>Others find more or take less time; each can be tried beside this one.</source>
        <translation>Andere finden mehr oder brauchen weniger Zeit; jedes lässt sich neben diesem ausprobieren.</translation>
    </message>
    <message>
        <source>The model {0} is at work.</source>
        <translation>Das Modell {0} ist im Einsatz.</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message numerus="yes">
        <source>%Ln photo(s), best first</source>
        <translation>
            <numerusform>%Ln Foto, bestes zuerst</numerusform>
            <numerusform>%Ln Fotos, beste zuerst</numerusform>
        </translation>
    </message>
    <message>
        <source>Names below the photos</source>
        <translation>Namen unter den Fotos</translation>
    </message>
    <message>
        <source>Size of the photos</source>
        <translation>Größe der Fotos</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>Open photosearch</source>
        <translation>photosearch öffnen</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Go on looking through photos</source>
        <translation>Fotos weiter durchsehen</translation>
    </message>
    <message>
        <source>Pause looking through photos</source>
        <translation>Durchsehen der Fotos anhalten</translation>
    </message>
</context>
<context>
    <name>WindowMenus</name>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>Find photos like a &amp;picture…</source>
        <translation>Fotos zu einem B&amp;ild finden…</translation>
    </message>
    <message>
        <source>&amp;Add a folder…</source>
        <translation>&amp;Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>&amp;Einstellungen…</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Search</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Suchfeld</translation>
    </message>
    <message>
        <source>&amp;Clear</source>
        <translation>Suche &amp;leeren</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>An&amp;halten</translation>
    </message>
    <message>
        <source>&amp;Go on</source>
        <translation>&amp;Fortsetzen</translation>
    </message>
    <message>
        <source>&amp;Search for what was copied</source>
        <translation>Nach &amp;Kopiertem suchen</translation>
    </message>
    <message>
        <source>&amp;Back to the search before</source>
        <translation>&amp;Zurück zur vorigen Suche</translation>
    </message>
    <message>
        <source>For&amp;ward again</source>
        <translation>Wieder &amp;vorwärts</translation>
    </message>
    <message>
        <source>&amp;Photo</source>
        <translation>&amp;Foto</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Larger photos</source>
        <translation>&amp;Größere Fotos</translation>
    </message>
    <message>
        <source>&amp;Smaller photos</source>
        <translation>&amp;Kleinere Fotos</translation>
    </message>
    <message>
        <source>&amp;Names below the photos</source>
        <translation>&amp;Namen unter den Fotos</translation>
    </message>
    <message>
        <source>&amp;Bar of how well a photo matches</source>
        <translation>&amp;Balken, wie gut ein Foto passt</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>&amp;Vollbild</translation>
    </message>
    <message>
        <source>&amp;Library</source>
        <translation>&amp;Bibliothek</translation>
    </message>
    <message>
        <source>&amp;Folders</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>&amp;Models</source>
        <translation>&amp;Modelle</translation>
    </message>
    <message>
        <source>&amp;Other programs</source>
        <translation>Andere &amp;Programme</translation>
    </message>
    <message>
        <source>Files that could not be &amp;read…</source>
        <translation>&amp;Nicht lesbare Dateien…</translation>
    </message>
    <message>
        <source>Look through all folders &amp;now</source>
        <translation>&amp;Alle Ordner jetzt durchsehen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;About photosearch</source>
        <translation>&amp;Über photosearch</translation>
    </message>
</context>
<context>
    <name>_Message</name>
    <message>
        <source>Close this message</source>
        <translation>Diese Meldung schließen</translation>
    </message>
</context>
</TS>
