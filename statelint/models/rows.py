"""The shape of `rules/frameworks/*.toml` and `rules/libraries/*.toml`, one struct per kind of row."""

from __future__ import annotations

from enum import Enum

import msgspec

from statelint.domain.words import Consequence, Phase, Trigger
from statelint.models.fixes import FixRow


class Form(Enum):
    """How a handler is declared."""

    DECORATOR = "decorator"  # `@callable` or `@callable(...)` above the handler
    CALL = "call"  # `callable(..., handler, ...)`
    BASE_CLASS = "base-class"  # methods of classes that derive from `bases`
    SIGNATURE = "signature"  # a function with these leading parameter names
    SETTING = "setting"  # dotted names in a settings list
    NAMING = "naming"  # a module-level name or a path
    ATTRIBUTE = "attribute"  # `object.name = handler` for an object of a library
    ITEM = "item"  # `object.name[key] = handler`, where `callables` name that part
    PUBLIC = "public"  # what a package offers to applications, where it has no handler
    MARK = "mark"  # a method or class with the attribute `mark` set to True in a class body


class Instance(Enum):
    """How long the object lives whose method is the handler."""

    PER_REQUEST = "per-request"
    SHARED = "shared"
    OF_PROGRAM = "of-program"  # shared, and made by the program alone
    PER_CONNECTION = "per-connection"  # made by the program, for each connection where no one is seen


class EntryRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way in which a framework is told of code that it will call.

    `callables` are dotted names: `flask.Flask.route` is the method `route` of an instance of `flask.Flask`.
    `handler` says where the handler is among the arguments of a call: positions from 0 (self not counted,
    negative from the end), keyword names, or "*" for every argument.
    """

    id: str
    form: Form
    trigger: Trigger = Trigger.HTTP
    phase: Phase = Phase.SERVING
    callables: tuple[str, ...] = ()
    callables_pattern: str = ""  # a regular expression over the whole dotted name
    handler: tuple[int | str, ...] = ()
    handler_methods: str = ""  # when the handler is an object or class: which of its methods are called
    route: tuple[int | str, ...] = ()  # where the path or event name is among the arguments
    route_fits: str = ""  # CALL: regular expression over that path or name, as written; other calls are of other rows
    method: str = ""  # fixed HTTP method; "name" for the last part of the callable in capitals (`add_get` is GET)
    verb: tuple[int | str, ...] = ("methods", "method")  # where the HTTP method is among the arguments
    methods: tuple[str, ...] = ()  # BASE_CLASS: method names
    methods_pattern: str = ""  # BASE_CLASS: regular expression over the whole method name
    bases: tuple[str, ...] = ()
    bases_pattern: str = ""
    instance: Instance = Instance.PER_REQUEST
    instance_switch: str = ""  # class attribute that keeps one instance for all requests when it is False
    params: tuple[str, ...] = ()  # SIGNATURE: leading parameter names, self not counted; PUBLIC: last words of any
    annotated: str = ""  # SIGNATURE: regular expression over the dotted class in the annotation of the first parameter
    param_types: tuple[str, ...] = ()  # dotted class of each handler parameter, "" where unknown
    mark: str = ""  # MARK: name of the attribute
    with_import: str = ""  # SIGNATURE, NAMING and MARK: only in programs that import this package
    factory: bool = False  # a function is called at start-up, and what it returns is the handler
    factory_methods: str = ""  # the same for methods of a handler object: regular expression over their names
    yields: str = ""  # where requests find the parts of what the handler yields: class and attribute
    provides: bool = False  # CALL: the object is given to handlers whose parameters name its class
    adds_to: str = ""  # CALL: class whose objects get the callable as a method, or what it returns as an attribute
    adds_name: tuple[int | str, ...] = ()  # where the name of that method or attribute is; else it is the callable's
    adds_value: tuple[str, ...] = ()  # keywords that are True where it is an attribute
    decorators: str = ""  # BASE_CLASS: class attribute with decorators that the framework puts around the handlers
    init_args: str = ""  # CALL: argument with the list of what the handler class is made with
    init_kwargs: str = ""  # CALL: argument with the dict of what the handler class is made with
    param_names: tuple[tuple[str, str], ...] = ()  # name and dotted class of parameters known by their names
    init_method: str = ""  # CALL: method of the handler class that takes the dict beside the class as keywords
    setting: str = ""  # SETTING: name of the setting, `NAME[key]` where it is an entry of a dict
    modules: str = ""  # SIGNATURE and NAMING: regular expression over the dotted module name
    names: str = ""  # NAMING: regular expression over the function or class name; SIGNATURE: names to try first
    repeats: bool = False  # the handler is called again and again
    once: bool = False  # CALL: the handler is called once for each such call
    interval: tuple[tuple[int | str, str], ...] = ()  # arguments that say how often, each with its unit
    local: bool = False  # what calls it is an event of this process alone, such as a changed file
    note: str = ""
    verified: str = ""


class MountRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Calls that put a router below another, and constructors of routers with a prefix of their own."""

    callables: tuple[str, ...]
    router: tuple[int | str, ...] = ()  # where the router is among the arguments; empty for its constructor
    prefix: tuple[int | str, ...] = ()
    replaces: bool = False  # the prefix replaces the router's own
    listed: bool = False  # the router is a list of routes, or a module with one, handed through `lists`
    lists: tuple[str, ...] = ()  # callables around such a list


class EnvironmentRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Methods that take settings from variables with a prefix, or from a file that a variable names."""

    callables: tuple[str, ...]
    prefix: tuple[int | str, ...] = ()  # the argument with the prefix, `implied` without it
    implied: str = ""
    name: tuple[int | str, ...] = ()  # the argument with the name of the variable
    verified: str = ""


class FrameworkFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One framework: `rules/frameworks/<name>.toml`."""

    name: str
    package: str
    imports: tuple[str, ...] = ()
    app_objects: tuple[str, ...] = ()  # callables that make the application object
    routers: tuple[str, ...] = ()
    aliases: dict[str, str] = {}  # another dotted name of a class or function -> the name that rows use
    classes: dict[str, tuple[str, ...]] = {}  # external class -> its external bases
    request_objects: tuple[str, ...] = ()  # names and classes whose instances belong to one request
    proxies: dict[
        str, str
    ] = {}  # dotted name, attribute or call `f()` -> application class, attribute of one, or request
    settings: dict[str, str] = {}  # object with the settings -> regular expression over modules that set them
    settings_marks: tuple[
        str, ...
    ] = ()  # settings of a whole project: a module without any is of one application in it
    settings_objects: tuple[str, ...] = ()  # objects whose items or attributes are settings
    settings_keywords: dict[str, str] = {}  # application class -> its attribute that has the keywords it is made with
    settings_loaders: tuple[str, ...] = ()  # methods of them that read the attributes of a class, module or file
    settings_mergers: tuple[str, ...] = ()  # methods of them that take settings as keywords, as `update` does
    settings_environment: tuple[EnvironmentRow, ...] = ()  # methods of them that let the environment set anything
    serving_modules: tuple[str, ...] = ()  # settings with the dotted name of a module that serving processes import
    startup: tuple[str, ...] = ()  # callables that start serving: what follows them is not start-up
    own_process: tuple[str, ...] = ()  # callables that make what needs a process of its own
    watches: tuple[str, ...] = ()  # callables that wait for changed files
    loads: tuple[str, ...] = ()  # callables that load code; work that does both is a reloader for development
    scripts: bool = False  # a module that imports it, and that no other imports, runs again for each event
    entry: tuple[EntryRow, ...] = ()
    mount: tuple[MountRow, ...] = ()
    notes: str = ""


class Returns(Enum):
    """What a library callable gives back, where that matters to who may change it."""

    NEW = "new"  # a new object of the library
    ARGUMENT = "argument"  # the argument at `argument` itself
    COPY = "copy"  # a new container with the same elements
    DEEP_COPY = "deep-copy"  # a new object of the argument's kind, whose parts are new too
    ELEMENTS = "elements"  # a new container with the same elements in other places
    MAPPED = "mapped"  # an iterable of what calling the argument returns
    PAIRS = "pairs"  # tuples with an element of each argument
    NUMBERED = "numbered"  # pairs of a number and an element of the argument
    CHAIN = "chain"  # the elements of every argument
    FLATTENED = "flattened"  # the elements of the argument's elements
    ELEMENT = "element"  # an element of the argument
    CALL = "call"  # what calling the argument returns
    NAMED = "named"  # what the dotted name in the argument stands for
    RECEIVER = "receiver"  # the object or class whose method it is
    NOTHING = "nothing"


class CallRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What library callables do with their arguments."""

    callables: tuple[str, ...]
    returns: Returns = Returns.NEW
    argument: int | str = 0  # which argument `returns` speaks of
    calls: tuple[int | str, ...] = ()  # arguments that it calls
    runs: tuple[int | str, ...] = ()  # coroutines: what was called to make them runs on its own from now on
    passes: str = ""  # its arguments: "rest" those after it, "args" from `args=`, "elements" those of the others
    phase: Phase | None = None  # phase of what it calls; None is the caller's own
    trigger: Trigger | None = None  # set where the callee is an entry point of its own
    repeats: bool = False  # what it calls is called again and again
    interval: tuple[tuple[int | str, str], ...] = ()  # arguments that say how often, each with its unit
    mutates: tuple[int | str, ...] = ()  # arguments that it changes in place
    default_of: int | str | None = None  # decorator of a method that gives an attribute its default: where its name is
    derives: tuple[str, ...] = ()  # classes of a library from which a class, its `argument`, derives from then on
    constructs: int | None = None  # RECEIVER: instances of the class are made with the arguments from here on
    note: str = ""


class TypeRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A container or stateful type of a library."""

    qualified: tuple[str, ...]
    kind: str  # container, queue, cache, counter, lock, metrics, external, not-shared ...: see docs/writing-a-rule.md
    mutators: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()  # methods that return an element
    backend: tuple[int | str, ...] = ()  # argument of the constructor that decides where it keeps its data
    note: str = ""
    verified: str = ""


class BackendForm(Enum):
    """How an application takes a library's back end into use."""

    CALL = "call"  # a call of a class or function, URL schemes among its arguments included
    DECORATOR = "decorator"
    BASE_CLASS = "base-class"  # a class that derives from one of `callables`
    LISTED = "listed"  # a class named in a list of a class body or module: `throttle_classes = [UserRateThrottle]`
    SETTING = "setting"  # keys of the settings of a framework; `callables` switch the library on


class Default(Enum):
    """What an application gets where nothing decides."""

    LOCAL = "local"
    EXTERNAL = "external"
    STATELESS = "stateless"
    OFF = "off"
    REQUIRED = "required"  # the library raises


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One test of an argument (`arg`, at `position` where it may stand without its name) or of a `setting`.

    Exactly one of the fields from `absent` on says what is tested.
    """

    arg: str = ""
    position: int | None = None
    setting: str = ""  # `A.*.B` reaches into dicts, by any key; `[a.b]` is one key with a dot
    of: str = ""  # the callable whose argument it is, where that is none of the row's own
    absent: bool = False
    present: bool = False
    always: bool = False
    equals: tuple[str | int | float | bool | None, ...] = ()
    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    call: tuple[str, ...] = ()  # dotted names whose result is passed, also as a fall-back value
    instance_of: tuple[str, ...] = ()
    drawn: bool = False  # made at random by this process


class BackendRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One way to keep state through a library, and what makes it local or external.

    Clauses that look at a value go first, local before external; then `absent` (of all that it names), `present` and
    `always`; then `default`, where nothing that a clause names is given.
    """

    id: str
    rule: str  # the rule that reports it
    form: BackendForm
    callables: tuple[str, ...]
    default: Default
    scope: str  # process | host (disk, shared memory) | client
    consequence: Consequence | None = None  # None is the rule's own
    settings: tuple[str, ...] = ()
    only_kept: bool = False  # a call that only start-up code makes counts if what it opens is kept or handed on
    only_when: tuple[Clause, ...] = ()  # the row speaks only of uses for which each of these holds
    local_when: tuple[Clause, ...] = ()
    external_when: tuple[Clause, ...] = ()
    why: str = ""  # what a second replica gets wrong
    instead: str = ""  # the library's own external back end, concretely
    alternatives: tuple[str, ...] = ()  # its dotted names
    packages: tuple[str, ...] = ()  # distributions to add for it
    note: str = ""  # false alarms and traps
    verified: str = ""  # PACKAGE==VERSION that was looked at
    example: str = ""  # a program with `# expect: STL###` on the line of the finding
    silent: str = ""  # the same program with the external back end
    fix: tuple[FixRow, ...] = ()


class ReaderRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Callables that read the environment, and `name[]` for mappings that are it."""

    callables: tuple[str, ...]
    name: tuple[int | str, ...] = (0,)
    default: tuple[int | str, ...] = (1, "default")
    variable: str = ""  # the name of the variable where none is given
    declared: bool = False  # keywords that made its object give variables a type, or a type and a default
    implied: str = ""  # what it gives where neither the variable is set nor a default is given
    raises: bool = False  # it fails there
    verified: str = ""


class FieldRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Callables that declare an attribute of a class, with its default, and the name of the variable that sets it."""

    callables: tuple[str, ...]
    default: tuple[int | str, ...] = (0, "default")
    variable: tuple[str, ...] = ()  # keywords; the first of several names that one of them gives counts
    verified: str = ""


class LayersRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Callables that make an object of settings from files with a section for each environment, and from variables."""

    callables: tuple[str, ...]
    files: tuple[str, ...]  # keywords that name a file, or several
    prefix: tuple[str, ...] = ()  # keywords with what the names of variables begin with
    implied: str = ""  # what they begin with without it
    fills: bool = False  # the settings are those of the application that it is made with
    verified: str = ""


class OptionRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Methods that declare an option of the command line, with `default=`, `dest=` and `action=`."""

    methods: tuple[str, ...]
    package: str
    implied: dict[str, bool] = {}  # action -> what the option is where it is not given
    verified: str = ""


class TextRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Functions of text and paths; `*.strip` is a method of any text or path."""

    keeps: tuple[str, ...] = ()  # give back, for all that matters here, the text itself
    joins: tuple[str, ...] = ()  # give back its arguments one after the other
    shipped: tuple[str, ...] = ()  # names or prefixes: give the path or content of a file that ships with the code
    parses: tuple[str, ...] = ()  # give back the dict or list that a file or text holds


class WriteForm(Enum):
    """How a call that uses files is written."""

    CALL = "call"  # a function or constructor
    METHOD = "method"  # a method of an object, `Class.method` in `callables`


class WritesWhen(Enum):
    """What decides whether a call writes."""

    ALWAYS = "always"
    MODE = "mode"  # the mode has one of w, a, x, +
    FLAGS = "flags"  # the flags name one of O_WRONLY, O_RDWR, O_CREAT, O_APPEND, O_TRUNC
    DATABASE_FLAG = "database-flag"  # the flag has one of c, n, w
    TRUE = "true"  # the argument at `mode` is given and not False
    PATH = "path"  # a path is given


class FileEffect(Enum):
    """What a call does to the path."""

    WRITE = "write"
    APPEND = "append"
    CREATE = "create"
    MKDIR = "mkdir"
    DELETE = "delete"
    RENAME = "rename"
    COPY = "copy"
    LINK = "link"
    TRUNCATE = "truncate"
    ATTRIBUTES = "attributes"
    LOCK = "lock"
    BACKEND = "backend"  # a database or storage keeps it: a `backend` row reports that
    LOG = "log"
    SCRATCH = "scratch"  # makes a file or folder that nothing else knows
    MEMORY = "memory"  # makes a buffer
    READ = "read"
    LIST = "list"  # reads what lies in a folder


class WriteRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Library callables that write, change or read files.

    `path` and `mode` say where these are among the arguments: positions from 0 (self not counted) and keyword names.
    """

    id: str
    callables: tuple[str, ...]
    form: WriteForm
    effect: FileEffect
    path: tuple[int | str, ...] = ()  # empty: the receiver is the path, or knows it
    mode: tuple[int | str, ...] = ()
    mode_default: str = ""
    when: WritesWhen = WritesWhen.ALWAYS
    accepts_file: bool = False  # the path may be an open file or a buffer
    descriptor: bool = False  # the path is a descriptor: the call that opened it says more
    without_path: str = ""  # where it writes when no path is given; empty: nowhere
    remote: tuple[str, ...] = ()  # URL schemes of targets that are no local files
    telling: bool = False  # a METHOD whose name says enough where nothing is known of the receiver
    upload: bool = False  # it keeps what a client sent
    note: str = ""
    verified: str = ""  # PACKAGE==VERSION that was looked at


class SourceRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Dotted names and prefixes (`requests.` ends in a dot) where values are born."""

    outside: tuple[str, ...] = ()  # database, network: changes elsewhere
    file: tuple[str, ...] = ()  # a local file
    clock: tuple[str, ...] = ()
    random: tuple[str, ...] = ()
    configuration: tuple[str, ...] = ()  # environment, command line: the same in every replica
    pure: tuple[str, ...] = ()  # functions of their arguments only
    declares: tuple[str, ...] = ()  # parts of names of the same packages: how a table is declared, and no data of it
    reading_verbs: tuple[str, ...] = ()  # first words of method names that change nothing outside
    looking_verbs: tuple[str, ...] = ()  # the same for methods of what such a call gave, and for statements to be run
    changing_verbs: tuple[str, ...] = ()  # first words of method names that change what an unknown object stands for
    answering_verbs: tuple[
        str, ...
    ] = ()  # first words of method names of a client that give data, whatever else they do
    part_nouns: tuple[str, ...] = ()  # last words of method names of a client that give a part of it
    upload_names: tuple[str, ...] = ()  # attributes of a request, and of its parts, that hold what a client uploads
    outside_verbs: tuple[str, ...] = ()  # first words of function names that fetch, in libraries without rows


class LeaseRows(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """By what one of several replicas gets the right to do something."""

    callables: tuple[str, ...] = ()  # `redis.*.lock` is a method of whatever the package gives
    keywords: tuple[str, ...] = ()  # of whatever call: `set(key, value, nx=True)`
    texts: tuple[str, ...] = ()  # parts of statements in the language of a database


class LibraryFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One library: `rules/libraries/<name>.toml`."""

    name: str
    package: str
    aliases: dict[str, str] = {}
    classes: dict[str, tuple[str, ...]] = {}
    type: tuple[TypeRow, ...] = ()
    call: tuple[CallRow, ...] = ()
    backend: tuple[BackendRow, ...] = ()
    reader: tuple[ReaderRow, ...] = ()
    option: tuple[OptionRow, ...] = ()
    field: tuple[FieldRow, ...] = ()
    layers: tuple[LayersRow, ...] = ()
    text: TextRows = TextRows()
    environment_classes: tuple[str, ...] = ()  # classes whose attributes are read from the environment
    environment_prefix: tuple[str, ...] = ()  # where such a class says how the variables begin: `Config.env_prefix`
    environment_delimiter: tuple[str, ...] = ()  # likewise what joins names of attributes of attributes
    memory_addresses: dict[str, tuple[str, ...]] = {}  # callable -> first arguments that keep a database in memory
    write: tuple[WriteRow, ...] = ()
    sources: SourceRows = SourceRows()
    clients: tuple[str, ...] = ()  # callables or prefixes that make a client, pool, engine or model
    memo: tuple[str, ...] = ()  # decorators that memoise a function in process memory
    tasks: tuple[str, ...] = ()  # callables that start work which nobody has to wait for
    processes: tuple[str, ...] = ()  # callables that start a child process
    writes_outside: tuple[str, ...] = ()  # callables that change a database or service
    waits: tuple[str, ...] = ()  # callables that wait for a time
    listens: tuple[str, ...] = ()  # callables that go on for ever, and get in each replica what every other gets too
    lease: LeaseRows = LeaseRows()
    browser: tuple[str, ...] = ()  # packages that exist in a browser only: a file that imports one is no server code
    notes: str = ""
