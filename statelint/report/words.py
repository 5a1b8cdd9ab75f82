"""How reports for people call what the domain knows by one word."""

from __future__ import annotations

from statelint.domain.words import Consequence, Holder, Home, Lifetime

MEANING = {
    Consequence.BREAKS: "wrong results, errors, lost logins or lost data",
    Consequence.STALE: "replicas disagree for a while",
    Consequence.DUPLICATE: "work is done once per replica",
    Consequence.LOST: "accepted work or data dies with the process",
    Consequence.BYPASS: "a limit or lock holds only inside one process",
}
KINDS = {
    Holder.MODULE_GLOBAL: "module global", Holder.CLASS_ATTRIBUTE: "class attribute",
    Holder.SINGLETON_INSTANCE: "attribute of a long-lived object", Holder.APP_OBJECT: "application object",
    Holder.CLOSURE: "closure variable", Holder.DEFAULT_ARGUMENT: "default argument",
    Holder.FUNCTION_ATTRIBUTE: "function attribute", Holder.MEMOISED_FUNCTION: "memoised function",
    Holder.LIBRARY_OBJECT: "library object", Holder.TASK: "task or thread", Holder.SECRET: "secret",
    Holder.LOCAL_DISK: "file or folder", Holder.DEPLOYMENT_SETTING: "deployment setting",
}  # fmt: skip
LIFETIMES = {
    Lifetime.PROCESS: "until the process stops",
    Lifetime.DISK: "as long as the disk of this replica",
    Lifetime.DEPLOYMENT: "as long as it is deployed",
}
HOMES = {
    Home.SHARED_STORE: "Redis or a database", Home.REDIS: "Redis", Home.DATABASE: "a database",
    Home.OBJECT_STORAGE: "object storage", Home.BROKER: "a broker with workers",
    Home.MESSAGE_QUEUE: "a shared message queue", Home.SCHEDULER: "a scheduler outside the replicas",
    Home.SECRETS: "the environment or a secret store", Home.LOG_STREAM: "standard output, collected by the platform",
    Home.NOWHERE: "nowhere: it can go once the state has moved",
}  # fmt: skip
HOME_TITLES = {
    Home.SHARED_STORE: "Redis or database", Home.REDIS: "Redis", Home.DATABASE: "Database",
    Home.OBJECT_STORAGE: "Object storage", Home.BROKER: "Broker, workers", Home.MESSAGE_QUEUE: "Message queue",
    Home.SCHEDULER: "Scheduler", Home.SECRETS: "Secret store", Home.LOG_STREAM: "Standard output",
    Home.NOWHERE: "Nowhere",
}  # fmt: skip


def counted(count: int, word: str) -> str:
    """`1 finding`, `2 findings`, `3 fixes`."""
    ending = "" if count == 1 else "es" if word.endswith("x") else "s"
    return f"{count} {word}{ending}"
