"""The app's languages: what is translated is shown as the system asks, the rest in English."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from photosearch.paths import resource_dir

_NAME = "photosearch translator"
_QT_TRANSLATIONS = QLibraryInfo.LibraryPath.TranslationsPath


def install(application: QCoreApplication, locale: QLocale | None = None) -> None:
    """Take the language of the system (or of ``locale``) for the app, and for Qt's own dialogs."""
    english = QLocale(QLocale.Language.English)
    folder = str(resource_dir() / "translations")
    # The English one holds plurals alone; it is below the other, for texts that that lacks.
    _add(application, english, "photosearch", folder)
    own = _add(application, QLocale() if locale is None else locale, "photosearch", folder)
    # Qt has more languages than the app: a dialog is to be in one.
    language = english if own is None else QLocale(own.language())
    _add(application, language, "qtbase", QLibraryInfo.path(_QT_TRANSLATIONS))


def plural(text: str, comment: str, count: int) -> str:
    """A text with a number (``%n``) for functions outside of a class: elsewhere `tr` does it.

    Qt's tools do not see that a text given to ``QCoreApplication.translate`` has plurals.
    """
    return QCoreApplication.translate("", text, comment, count)


def remove(application: QCoreApplication) -> None:
    """Take away what `install` put there."""
    for translator in application.findChildren(QTranslator, _NAME):
        application.removeTranslator(translator)
        translator.deleteLater()


def _add(
    application: QCoreApplication, locale: QLocale, name: str, folder: str
) -> QTranslator | None:
    """None when there is none for the locale."""
    translator = QTranslator(application)
    translator.setObjectName(_NAME)
    if not translator.load(locale, name, "_", folder):
        translator.deleteLater()
        return None
    application.installTranslator(translator)
    return translator
