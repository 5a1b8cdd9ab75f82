"""The server itself: it listens to an editor, and analyses a project whenever one of its files is opened or saved."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from statelint import __version__
from statelint.domain.errors import StatelintError
from statelint.server.analyst import Analyst
from statelint.server.messages import Messages
from statelint.server.projects import Project
from statelint.settings.roots import root_of_file


class Editor(LanguageServer):
    """One client. Projects are analysed one after the other in a thread, each with the newest buffers."""

    def __init__(self, analyst: Analyst) -> None:
        """Nothing is analysed before the first file is opened."""
        self._analyst = analyst
        super().__init__("statelint", __version__)
        self._projects: dict[Path, Project] = {}
        self._shown: dict[Path, set[Path]] = {}
        self._unsaved: set[Path] = set()
        self._waiting: dict[Path, Path] = {}  # by root, the file that asked
        self._work: asyncio.Task[None] | None = None

    # --- what the editor tells

    def note_change(self, uri: str) -> None:
        """A buffer differs from its file; nothing is analysed before it is saved or another file is."""
        if (file := _file(uri)) is not None:
            self._unsaved.add(file)

    def note_saved(self, uri: str) -> None:
        """A buffer is its file again, because it was saved or closed."""
        if (file := _file(uri)) is not None:
            self._unsaved.discard(file)

    def ask(self, uri: str) -> None:
        """Analyse the project of a file soon."""
        file = _file(uri)
        if file is None:
            return
        folder = self.workspace.root_path
        self._waiting[root_of_file(file, Path(folder) if folder else file.parent)] = file
        if self._work is None or self._work.done():
            self._work = asyncio.get_running_loop().create_task(self._analyse())

    # --- what the editor asks

    def messages_about(self, uri: str) -> tuple[Messages, Path] | None:
        """What is known of a file; nothing where its buffer has changed since it was analysed."""
        file = _file(uri)
        if file is None:
            return None
        text = self.workspace.get_text_document(uri).source
        for project in self._projects.values():
            if project.is_current(file, text):
                return Messages(project, self.workspace.position_codec), file
        return None

    # --- the work

    async def _analyse(self) -> None:
        while self._waiting:
            root = next(iter(self._waiting))
            edited = self._waiting.pop(root)
            buffers = {file: self.workspace.get_text_document(file.as_uri()).source for file in sorted(self._unsaved)}
            try:
                self._projects[root] = await asyncio.to_thread(Project, self._analyst, root, buffers, edited)
            except StatelintError as error:
                self._tell(f"statelint: {error}")
            except Exception as error:
                what = f"statelint: internal error: {type(error).__name__}: {error}"
                self._tell(f"{what}; please report it with what `statelint check --verbose` shows")
            else:
                self._publish(root)
                gc.collect()

    def _tell(self, message: str) -> None:
        self.window_show_message(types.ShowMessageParams(types.MessageType.Error, message))

    def _publish(self, root: Path) -> None:
        project = self._projects[root]
        messages = Messages(project, self.workspace.position_codec)
        files = set(project.files)
        for file in sorted(files | self._shown.get(root, set())):
            found = messages.diagnostics(file) if file in files else []
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(file.as_uri(), found))
        self._shown[root] = files


def _file(uri: str) -> Path | None:
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path else None


def editor() -> Editor:
    """A server with its features, ready to listen."""
    server = Editor(Analyst())

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(ls: Editor, params: types.DidOpenTextDocumentParams) -> None:
        ls.ask(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def changed(ls: Editor, params: types.DidChangeTextDocumentParams) -> None:
        ls.note_change(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(ls: Editor, params: types.DidSaveTextDocumentParams) -> None:
        ls.note_saved(params.text_document.uri)
        ls.ask(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def closed(ls: Editor, params: types.DidCloseTextDocumentParams) -> None:
        ls.note_saved(params.text_document.uri)
        ls.ask(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(ls: Editor, params: types.HoverParams) -> types.Hover | None:
        known = ls.messages_about(params.text_document.uri)
        return known[0].hover(known[1], params.position) if known is not None else None

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    async def actions(ls: Editor, params: types.CodeActionParams) -> list[types.CodeAction]:
        known = ls.messages_about(params.text_document.uri)
        return known[0].actions(known[1], params.range) if known is not None else []

    return server
