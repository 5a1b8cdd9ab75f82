"""An object belongs to the request that makes it until it is put where others see it."""

import pytest

from tests.markers import assert_judged_as_marked

HEAD = "import flask\nfrom flask import request\napp = flask.Flask(__name__)\n"
CASES = {
    "filled before it is stored": """
class Order:
    def __init__(self):
        self.lines = []
orders = {}  # expect: STL101
@app.post("/<number>")
def put(number):
    order = Order()
    order.lines.append(request.data)
    orders[number] = order
    return str(orders)
""",
    "looked up and changed": """
class Order:
    def __init__(self):
        self.lines = []  # expect: STL103
orders = {"x": Order()}
@app.post("/<number>")
def put(number):
    orders[number].lines.append(request.data)
    return str(orders[number].lines)
""",
    "looked up in a loop": """
class Order:
    def __init__(self):
        self.paid = False  # expect: STL103
orders = [Order()]
@app.post("/<number>")
def put(number):
    for order in orders:
        order.paid = request.data
    return str([order.paid for order in orders])
""",
    "looked up or else made": """
class Order:
    def __init__(self):
        self.total = 0
orders = {}  # expect: STL101
@app.post("/<number>")
def put(number):
    order = orders.get(number)
    if order is None:
        order = orders[number] = Order()
    order.total = request.data
    return str(order.total)
""",
    "made by a helper for this request": """
class Order:
    def __init__(self):
        self.lines = []
def begin():
    order = Order()
    order.lines.append("first")
    return order
orders = [Order()]
@app.post("/<number>")
def put(number):
    order = begin()
    order.lines.append(request.data)
    return str(order.lines)
@app.get("/")
def show():
    return str([order.lines for order in orders])
""",
    "changed by its own method": """
class Order:
    def __init__(self):
        self.total = 0
    def add(self, price):
        self.total += price
        return self
@app.post("/")
def put():
    return str(Order().add(1).add(2).total)
""",
    "handed to a thread of the request": """
import threading
class Job:
    def __init__(self):
        self.done = False
    def run(self):
        self.done = True
@app.post("/")
def put():
    job = Job()
    thread = threading.Thread(target=job.run)
    thread.start()
    thread.join()
    return str(job.done)
""",
}


@pytest.mark.parametrize("case", CASES)
def test_program_is_judged_as_marked(case):
    assert_judged_as_marked({"app.py": HEAD + CASES[case]})
