"""The app's languages: what is translated is shown as the system asks, the rest in English."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from photosearch.paths import resource_dir

_PARENT_NAME = "photosearch translator"


def install(application: QCoreApplication, locale: QLocale | None = None) -> None:
    """Take the language of the system (or of ``locale``) for the app, and for Qt's own dialogs."""
    locale = QLocale() if locale is None else locale
    folder = str(resource_dir() / "translations")
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    # The English one holds plurals alone; it is below the others, for texts that they lack.
    wanted = [
        (QLocale(QLocale.Language.English), "photosearch", folder),
        (locale, "qtbase", qt_folder),
        (locale, "photosearch", folder),
    ]
    for language, name, place in wanted:
        translator = QTranslator(application)
        translator.setObjectName(_PARENT_NAME)
        if translator.load(language, name, "_", place):
            application.installTranslator(translator)
        else:
            translator.deleteLater()


def remove(application: QCoreApplication) -> None:
    """Take away what `install` put there."""
    for translator in application.findChildren(QTranslator, _PARENT_NAME):
        application.removeTranslator(translator)
        translator.deleteLater()
