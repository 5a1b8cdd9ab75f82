"""Programs of several parts, each long enough to be linked by itself."""

from statelint.program.islands import LEAST_LINES

LONG = "\n" * LEAST_LINES
APP = """\
import flask
app = flask.Flask(__name__)
hits = {{}}

@app.post("/<key>")
def {name}(key):
    hits[key] = flask.request.data
    return str(hits), str(app)
"""


def application(name, lines=LONG):
    """A small application with one state object."""
    return APP.format(name=name) + lines


SHOP_AND_BLOG = {
    "shop/__init__.py": "",
    "shop/app.py": application("order"),
    "blog/__init__.py": "",
    "blog/app.py": application("comment"),
}
