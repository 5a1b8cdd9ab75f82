"""The language server, spoken to by a client of another hand over standard input and output."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

pytest.importorskip("pygls")
from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parents[2]
APP = """\
import flask

import store

app = flask.Flask(__name__)


@app.get("/")
def index():
    store.hits["x"] = 1
    return str(store.hits)
"""
PATIENCE = 120  # seconds until a server that says nothing fails the test


class Client(LanguageClient):
    """An editor that remembers what it was shown."""

    def __init__(self, folder: Path) -> None:
        super().__init__("test", "1")
        self.folder = folder
        self.told = asyncio.Queue()
        tell = self.told.put_nowait
        shown = self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        shown(lambda params: tell((params.uri.rpartition("/")[2], params.diagnostics)))
        self.feature(types.WINDOW_SHOW_MESSAGE)(lambda params: tell(params.message))

    def uri(self, name):
        return (self.folder / name).as_uri()

    def document(self, name):
        return types.TextDocumentIdentifier(self.uri(name))

    async def next(self):
        return await asyncio.wait_for(self.told.get(), PATIENCE)

    def open(self, name):
        text = (self.folder / name).read_text()
        item = types.TextDocumentItem(self.uri(name), "python", 1, text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    def change(self, name, text):
        version = types.VersionedTextDocumentIdentifier(version=2, uri=self.uri(name))
        whole = types.TextDocumentContentChangeWholeDocument(text)
        self.text_document_did_change(types.DidChangeTextDocumentParams(version, [whole]))

    def save(self, name):
        self.text_document_did_save(types.DidSaveTextDocumentParams(self.document(name)))

    async def actions(self, name, line):
        where = types.Range(types.Position(line, 0), types.Position(line, 0))
        context = types.CodeActionContext([])
        asked = types.CodeActionParams(self.document(name), where, context)
        return await self.text_document_code_action_async(asked)


def talk(folder, conversation):
    """Run a conversation with a server that was started for a folder."""

    async def whole():
        client = Client(folder)
        await client.start_io(sys.executable, "-m", "statelint", "server", env={**os.environ, "PYTHONPATH": str(ROOT)})
        try:
            capabilities = types.ClientCapabilities()
            await client.initialize_async(types.InitializeParams(capabilities, root_uri=folder.as_uri()))
            client.initialized(types.InitializedParams())
            await conversation(client)
            await client.shutdown_async(None)
            client.exit(None)
        finally:
            await client.stop()

    asyncio.run(whole())


@pytest.fixture
def project(tree):
    return tree({"pyproject.toml": "", "app.py": APP, "store.py": "hits = {}\n"})


def test_finding_of_another_file_is_shown_with_its_writes(project):
    async def conversation(client):
        client.open("app.py")
        name, (found,) = await client.next()
        assert (name, found.code, found.severity) == ("store.py", "STL101", types.DiagnosticSeverity.Error)
        assert found.range == types.Range(types.Position(0, 0), types.Position(0, 4))
        lines = {
            (one.location.uri.rpartition("/")[2], one.location.range.start.line) for one in found.related_information
        }
        assert ("app.py", 9) in lines

    talk(project, conversation)


def test_unsaved_buffers_are_analysed_and_what_is_mended_goes(project):
    async def conversation(client):
        client.open("store.py")
        client.open("app.py")
        assert (await client.next())[0] == "store.py"
        client.change("app.py", APP.replace('    store.hits["x"] = 1\n', ""))
        client.save("store.py")
        while (shown := await client.next())[1]:
            assert shown[0] == "store.py"

    talk(project, conversation)


def test_file_belongs_to_the_nearest_folder_with_settings(project):
    inner = project / "inner"
    inner.mkdir()
    (inner / "statelint.toml").write_text('ignore = ["STL1"]\n')
    (inner / "own.py").write_text(APP.replace("import store", "class store:\n    hits = {}"))

    async def conversation(client):
        client.open("store.py")
        assert (await client.next())[0] == "store.py"
        client.open("inner/own.py")
        (inner / "statelint.toml").write_text("")
        client.save("inner/own.py")
        name, (found,) = await client.next()
        assert (name, found.code) == ("own.py", "STL102")
        at = types.HoverParams(client.document("inner/own.py"), found.range.start)
        assert "STL102" in (await client.text_document_hover_async(at)).contents.value

    talk(project, conversation)


def test_hover_tells_the_rule(project):
    async def conversation(client):
        client.open("store.py")
        await client.next()
        at = types.HoverParams(client.document("store.py"), types.Position(0, 1))
        shown = await client.text_document_hover_async(at)
        assert "STL101" in shown.contents.value
        beside = types.HoverParams(client.document("store.py"), types.Position(1, 0))
        assert await client.text_document_hover_async(beside) is None

    talk(project, conversation)


def test_finding_is_accepted_by_a_comment_above(project, statelint):
    async def conversation(client):
        client.open("store.py")
        await client.next()
        (action,) = await client.actions("store.py", 0)
        (edit,) = action.edit.changes[client.uri("store.py")]
        assert edit.range.start == edit.range.end == types.Position(0, 0)
        (project / "store.py").write_text(edit.new_text + "hits = {}\n")

    talk(project, conversation)
    assert statelint("check").code == 0


def test_fix_is_offered_until_the_buffer_changes(tree):
    limiter = "from flask import Flask\nfrom flask_limiter import Limiter\n\napp = Flask('é😀')\nlimiter = Limiter(app=app)\n\n\n@app.get('/')\n@limiter.limit('1/minute')\ndef index():\n    return ''\n"
    folder = tree({"pyproject.toml": "", "app.py": limiter})

    async def conversation(client):
        client.open("app.py")
        _, (found,) = await client.next()
        assert found.code == "STL304"
        fix = next(one for one in await client.actions("app.py", 4) if "Accept" not in one.title)
        assert any("REDIS_URL" in edit.new_text for edit in fix.edit.changes[client.uri("app.py")])
        client.change("app.py", "\n" + limiter)
        assert not await client.actions("app.py", 4)

    talk(folder, conversation)


def test_columns_are_counted_as_the_client_counts(tree):
    app = (
        APP.replace("import store\n", "")
        .replace("store.hits", "hits")
        .replace("app = ", 'name = "😀"; hits = {}; app = ')
    )
    folder = tree({"pyproject.toml": "", "app.py": app})

    async def conversation(client):
        client.open("app.py")
        _, (found,) = await client.next()
        line = app.splitlines()[found.range.start.line].encode("utf-16-le")
        assert line[2 * found.range.start.character : 2 * found.range.end.character].decode("utf-16-le") == "hits"

    talk(folder, conversation)


def test_settings_that_can_not_be_used_are_told(project):
    (project / "pyproject.toml").write_text("[tool.statelint]\nselekt = []\n")

    async def conversation(client):
        client.open("app.py")
        assert "selekt" in await client.next()

    talk(project, conversation)
