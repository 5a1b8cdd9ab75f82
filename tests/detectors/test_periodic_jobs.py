"""Jobs that the serving process starts: which go on, which act outside, and which one replica does for all."""

import pytest

from statelint.app.pipeline import check_sources
from statelint.domain.words import Confidence, Consequence, Severity
from tests.markers import assert_judged_as_marked

WEB = """
import os, queue, sqlite3, smtplib, threading, time
import redis, requests
from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask, request
app = Flask(__name__)
store = redis.Redis()
@app.get("/")
def index():
    return "ok"
def remind():
    smtplib.SMTP("mail").sendmail("shop@example.org", "all@example.org", "pay, please")
"""
SCHEDULER = "scheduler = BackgroundScheduler()\n"
KEPT = {
    "a job of a scheduler": """
scheduler.add_job(remind, "interval", minutes=5)  # expect: STL501
""",
    "a thread that waits at each turn": """
def run():
    while True:
        remind()
        time.sleep(60)
threading.Thread(target=run).start()  # expect: STL501
""",
    "a thread until it is told to stop": """
stop = threading.Event()
def run():
    while not stop.wait(60):
        remind()
threading.Thread(target=run).start()  # expect: STL501
""",
    "a timer that starts itself again": """
def tick():
    remind()
    threading.Timer(5, tick).start()
threading.Timer(5, tick).start()  # expect: STL501
""",
    "statements that change rows": """
def purge():
    connection = sqlite3.connect("shop.db")  # expect: STL403
    connection.execute("DELETE FROM visit")
    connection.commit()
scheduler.add_job(purge, "cron", hour=3)  # expect: STL501
""",
    "a job that a request plans": """
@app.post("/remind")
def plan():
    scheduler.add_job(remind, "date", run_date=request.form["when"])  # expect: STL501
    return "ok"
scheduler.start()
""",
}
SILENT = {
    "messages that only one replica gets": """
import kafka
orders = kafka.KafkaConsumer("orders", group_id="shop")
def follow():
    while True:
        for message in orders.poll(1000):
            remind()
        time.sleep(1)
threading.Thread(target=follow).start()  # cleared: ONE_OF_MANY
""",
    "work that only one replica takes": """
def follow():
    while True:
        if store.lpop("orders"):
            remind()
        time.sleep(1)
threading.Thread(target=follow).start()  # cleared: ONE_OF_MANY
""",
    "a thread of each request": """
@app.post("/watch")
def watch():
    def follow():
        while True:
            time.sleep(1)
    threading.Thread(target=follow).start()
    return "ok"
""",
    "a job that only refreshes memory": """
prices = {}  # expect: STL101
def refresh():
    prices.update(requests.get("https://prices.example").json())
@app.get("/prices")
def show():
    return prices
scheduler.add_job(refresh, "interval", minutes=5)  # cleared: OWN_MEMORY_ONLY
""",
    "statements that only read": '''
def count():
    connection = sqlite3.connect("shop.db")
    rows = connection.execute("""
        SELECT count(*) FROM visit""").fetchall()
    print(rows)
scheduler.add_job(count, "interval", minutes=5)  # cleared: OWN_MEMORY_ONLY
''',
    "a heartbeat": """
def send_heartbeat():
    requests.post("https://health.example")
scheduler.add_job(send_heartbeat, "interval", seconds=5)  # cleared: EVERY_PROCESS
""",
    "a lease of each turn": """
def turn():
    if store.set("turn", 1, nx=True, ex=60):
        remind()
scheduler.add_job(turn, "interval", minutes=5)  # cleared: ONE_OF_MANY
""",
    "a lock of all replicas": """
def turn():
    with store.lock("turn", timeout=60):
        remind()
scheduler.add_job(turn, "interval", minutes=5)  # cleared: ONE_OF_MANY
""",
    "rows that one replica takes": """
import psycopg
def turn():
    with psycopg.connect("") as connection:
        for row in connection.execute("SELECT id FROM mail FOR UPDATE SKIP LOCKED"):
            remind()
scheduler.add_job(turn, "interval", minutes=5)  # cleared: ONE_OF_MANY
""",
    "one act at start-up": """
threading.Thread(target=remind).start()
threading.Timer(5, remind).start()
""",
    "attempts at start-up": """
def connect():
    tries = 0
    while tries < 5:
        remind()
        time.sleep(1)
threading.Thread(target=connect).start()
""",
    "work that the process accepted": """
waiting = queue.Queue()  # expect: STL502
@app.post("/mail")
def mail():
    waiting.put(request.data)
    return "ok"
def deliver():
    while True:
        waiting.get()
        remind()
        time.sleep(0.1)
threading.Thread(target=deliver).start()
""",
}


def program(code):
    return WEB + (SCHEDULER if "scheduler" in code else "") + code


@pytest.mark.parametrize("code", KEPT.values(), ids=KEPT)
def test_job_is_reported(code):
    assert_judged_as_marked({"app.py": program(code)})


@pytest.mark.parametrize("code", SILENT.values(), ids=SILENT)
def test_look_alike_is_silent(code):
    assert_judged_as_marked({"app.py": program(code)})


def only_job(files):
    found = [finding for finding in check_sources(files).findings if finding.code == "STL501"]
    assert len(found) == 1
    return found[0]


def test_jobs_of_one_scheduler_are_one_finding_with_a_path_to_the_act():
    job = only_job(
        {
            "app.py": f"{WEB}{SCHEDULER}def bill():\n    remind()\nscheduler.add_job(bill, 'interval', hours=2)\n"
            "scheduler.add_job(remind, 'interval', minutes=5)\n"
        }
    )
    assert job.symbol == "app.scheduler"
    assert len(job.writes) == 2
    assert [step.note for step in job.witness] == ["every 2 h", "calls remind", "calls sendmail"]
    assert [entry.trigger.value for entry in job.entries] == ["schedule", "schedule"]
    assert job.consequence is Consequence.DUPLICATE
    assert job.confidence is Confidence.SURE


def test_job_that_a_request_plans_is_lost():
    assert only_job({"app.py": program(KEPT["a job that a request plans"])}).consequence is Consequence.LOST


@pytest.mark.parametrize(
    ("condition", "severity"),
    [
        ('os.environ.get("RUN_SCHEDULER")', Severity.INFO),
        ('os.environ.get("ROLE") == "leader_node"', Severity.INFO),
        ("not scheduler.running", Severity.WARNING),
        ('os.environ.get("MAIL_URL")', Severity.WARNING),
    ],
)
def test_switch_for_one_process_lowers_the_severity(condition, severity):
    code = f'{WEB}{SCHEDULER}if {condition}:\n    scheduler.add_job(remind, "interval", minutes=5)\n'
    job = only_job({"app.py": code})
    assert job.severity is severity
    assert "{" not in job.why


def test_what_is_known_by_the_name_of_a_method_alone_is_likely():
    code = f"{WEB}{SCHEDULER}import shopdb\ndef turn(db=shopdb.make()):\n    db.commit()\nscheduler.add_job(turn, 'cron')\n"
    assert only_job({"app.py": code}).confidence is Confidence.LIKELY


WORKER = """
import smtplib
from apscheduler.schedulers.{kind} import {name}
{imports}
def remind():
    smtplib.SMTP("mail").sendmail("shop@example.org", "all@example.org", "pay, please")
scheduler = {name}()
scheduler.add_job(remind, "cron", hour=3)
scheduler.start()
"""


@pytest.mark.parametrize(
    ("kind", "name", "imports"),
    [
        ("blocking", "BlockingScheduler", ""),
        ("background", "BackgroundScheduler", ""),
        ("background", "BackgroundScheduler", "from app import app"),
    ],
)
def test_process_of_its_own_is_silent(kind, name, imports):
    worker = WORKER.format(kind=kind, name=name, imports=imports)
    assert not [one for one in check_sources({"app.py": WEB, "worker.py": worker}).findings if one.code == "STL501"]


def test_module_that_the_application_imports_is_part_of_its_process():
    files = {
        "app.py": f"import worker\n{WEB}",
        "worker.py": WORKER.format(kind="background", name="BackgroundScheduler", imports=""),
    }
    assert only_job(files).place.path == "worker.py"


SERVED = """
import smtplib, click, uvicorn
from apscheduler.schedulers.background import BackgroundScheduler
def remind():
    smtplib.SMTP("mail").sendmail("shop@example.org", "all@example.org", "pay, please")
@click.command()
def command():
    scheduler = BackgroundScheduler()
    scheduler.add_job(remind, "cron", hour=3)
    {run}
"""


def test_command_that_starts_the_server_is_start_up():
    app = "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/')\ndef index():\n    return 1\n"
    assert only_job({"app.py": app, "cli.py": SERVED.format(run="uvicorn.run('app:app')")}).place.line == 9
    report = check_sources({"app.py": app, "cli.py": SERVED.format(run="scheduler.start()")})
    assert not [one for one in report.findings if one.code == "STL501"]
