"""The closed vocabularies of findings: docs/glossary.md explains each word."""

from __future__ import annotations

from enum import Enum


class Consequence(Enum):
    """What users see when a second replica joins or this one restarts."""

    BREAKS = "breaks"
    STALE = "stale"
    DUPLICATE = "duplicate"
    LOST = "lost"
    BYPASS = "bypass"


class Severity(Enum):
    """How loud a finding is; follows from the consequence unless a rule says otherwise."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class AcceptedBy(Enum):
    """By which means somebody said that a finding may stay."""

    COMMENT = "comment"
    NOQA = "noqa"
    BASELINE = "baseline"


class Applicability(Enum):
    """Whether a fix may be applied without a look at it."""

    SAFE = "safe"
    UNSAFE = "unsafe"  # what the program keeps, or needs to start, changes


class Confidence(Enum):
    """`LIKELY` marks a finding that rests on a guess about a call target or a name."""

    SURE = "sure"
    LIKELY = "likely"


class Holder(Enum):
    """What keeps the state."""

    MODULE_GLOBAL = "module-global"
    CLASS_ATTRIBUTE = "class-attribute"
    SINGLETON_INSTANCE = "singleton-instance"
    APP_OBJECT = "app-object"
    CLOSURE = "closure"
    DEFAULT_ARGUMENT = "default-argument"
    FUNCTION_ATTRIBUTE = "function-attribute"
    MEMOISED_FUNCTION = "memoised-function"
    LIBRARY_OBJECT = "library-object"
    TASK = "task"
    SECRET = "secret"
    LOCAL_DISK = "local-disk"
    DEPLOYMENT_SETTING = "deployment-setting"


class Lifetime(Enum):
    """How long state lives, and so who can see it."""

    PROCESS = "process"
    DISK = "disk"
    DEPLOYMENT = "deployment"


class Home(Enum):
    """Where state belongs once it has left the replicas."""

    SHARED_STORE = "shared-store"
    REDIS = "redis"
    DATABASE = "database"
    OBJECT_STORAGE = "object-storage"
    BROKER = "broker"
    MESSAGE_QUEUE = "message-queue"
    SCHEDULER = "scheduler"
    SECRETS = "secrets"
    LOG_STREAM = "log-stream"
    NOWHERE = "nowhere"


class Scenario(Enum):
    """What a service may be asked to stand: more threads, processes or hosts, or a restart."""

    THREADS = "threads"
    WORKERS = "workers"
    HOSTS = "hosts"
    RESTART = "restart"


class Answer(Enum):
    """Whether a scenario is safe; `LOOK` where a person has to decide."""

    YES = "yes"
    LOOK = "look"
    NO = "no"
    UNKNOWN = "unknown"


class Phase(Enum):
    """When code runs; only SERVING and BACKGROUND writes are state."""

    IMPORT = "import"
    STARTUP = "startup"
    SERVING = "serving"
    BACKGROUND = "background"
    COMMAND_LINE = "command-line"


class Trigger(Enum):
    """What makes the server call an entry point."""

    HTTP = "http"
    WEBSOCKET = "websocket"
    RPC = "rpc"
    MESSAGE = "message"
    MIDDLEWARE = "middleware"
    DEPENDENCY = "dependency"
    TEMPLATE = "template"
    SIGNAL = "signal"
    CALLBACK = "callback"
    CALL = "call"
    JOB = "job"
    SCHEDULE = "schedule"
    TASK = "task"
    THREAD = "thread"


class ClearedReason(Enum):
    """Why a look-alike was considered and found harmless."""

    IMPORT_TIME_REGISTRY = "filled while modules are imported or the application starts"
    LAZY_INITIALISATION = "made on first use, and the same in every replica"
    PURE_MEMO = "memo of a pure function"
    PER_REQUEST = "belongs to one request"
    UNREACHABLE = "not reachable from any entry point"
    CONTEXT_LOCAL = "kept per thread, task or context"
    GUARDS_MEMORY_ONLY = "guards only memory of this process"
    OWN_MEMORY_ONLY = "changes nothing outside this process"
    ONE_OF_MANY = "a lease outside the process lets one replica do it"
    EVERY_PROCESS = "every process has to do it for itself"
    ANOTHER_PROCESS = "runs in a process of its own"
    METRICS = "metrics are scraped per process"
    NEVER_READ = "never read by another request"
    AWAITED = "the caller waits for the work"
    IN_FLIGHT = "holds only what one request has in flight"
    CONFIGURATION = "set from constants and configuration, alike in every replica"
    EXTERNAL_BACKEND = "kept outside the process"
    SCRATCH_FILE = "a file that the same request removes, or that nothing else can find"
    CLIENT_POOL = "keeps clients, which every replica makes alike"


SEVERITY_OF = {
    Consequence.BREAKS: Severity.ERROR,
    Consequence.STALE: Severity.WARNING,
    Consequence.DUPLICATE: Severity.WARNING,
    Consequence.LOST: Severity.WARNING,
    Consequence.BYPASS: Severity.WARNING,
}

LIFETIME_OF = {Holder.LOCAL_DISK: Lifetime.DISK, Holder.DEPLOYMENT_SETTING: Lifetime.DEPLOYMENT}  # others: the process

LOWER_SEVERITY = {  # of a default: it is what runs until someone sets another, so it never sinks below a warning
    Severity.ERROR: Severity.WARNING,
    Severity.WARNING: Severity.WARNING,
    Severity.INFO: Severity.INFO,
}
