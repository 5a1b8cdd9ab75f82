"""Settings as people write them: modules, classes, items and attributes of an application's configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property

import msgspec

from statelint.facts.model import Invoke
from statelint.program.definitions import argument
from statelint.program.documents import Documents
from statelint.program.layers import Layers
from statelint.program.linking import Linker
from statelint.program.modules import CODE, Module
from statelint.program.objects import ClassObject, Container, Context, External, ModuleObject, Object, Text
from statelint.program.stores import Store, Stores
from statelint.program.values import Known, Made, Values
from statelint.sources.settings_files import DATA, INI, INI_LIKE

SECTION = re.compile(r"\w[\w-]*:|handler_")
DEVELOPMENT = "tests?|testing|local|dev|devel|development|debug"
NOT_DEPLOYED = re.compile(
    rf"(?i)(^|[._])({DEVELOPMENT}|conftest|develop|ci|examples?|samples?|demo)([._]|$)"
    r"|(^|\.)(Test|Dev|Local|Debug)\w*$|\w(Test|Testing|Dev|Development|Local|Debug)(Config|Settings)$"
)
CONFIGURING = re.compile(r"Config|Settings|Configuration")
SETTING_NAME = re.compile(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)+")
KEY = re.compile(r"\[(.+?)\]|([^.\[\]]+)")


class Setting(msgspec.Struct, frozen=True):
    """One line that sets a setting, or an entry of it."""

    store: Store
    symbol: str
    within: tuple[Store, ...] = ()  # the stores of the dicts around it

    @property
    def outermost(self) -> Store:
        """The line that sets the whole setting."""
        return self.within[0] if self.within else self.store


def is_for_development(symbol: str) -> bool:
    """Whether the names of the module and class of a symbol say that it is never deployed."""
    return NOT_DEPLOYED.search(symbol.rpartition(".")[0]) is not None


class Settings:
    """Finds settings by key. Answers are remembered."""

    def __init__(self, linker: Linker, stores: Stores, values: Values, documents: Documents) -> None:
        """Nothing looked for yet."""
        self.linker = linker
        self.stores = stores
        self.values = values
        self.documents = documents
        self.layers = Layers(linker, stores, values, documents)
        self._known: dict[str, tuple[Setting, ...]] = {}
        self._sources_known: tuple[Object, ...] | None = None

    def find(self, key: str) -> tuple[Setting, ...]:
        """Where `CACHE_TYPE` is set; see `Clause.setting` for what a key may say."""
        found = self._known.get(key)
        if found is None:
            name, *rest = _parts(key)
            settings = dict.fromkeys(self._of_name(name))
            for part in rest:
                settings = dict.fromkeys(inner for setting in settings for inner in self._inside(setting, part))
            settings.update(dict.fromkeys(self._of_sections(key)))
            found = self._known[key] = tuple(sorted(settings, key=_place))
        return found

    def stores_of(self, name: str) -> Iterator[Store]:
        """Where a whole setting is set, entries of it left aside."""
        return (setting.store for setting in self._of_name(name))

    @cached_property
    def are_there(self) -> bool:
        """Whether the program has settings at all; a package for other projects has none."""
        if self._configurations or any(len(module.bodies[0].ops) > 1 for module in self._ini_modules):
            return True
        return any(self._is_of_project(module) for module in self._settings_modules)

    def _is_of_project(self, module: Module) -> bool:
        """Whether a module has settings of a whole project: not of one application in it, nor for tests."""
        known = self.linker.models.settings
        names = self._names_of(module)
        return not is_for_development(f"{module.name}.") and any(
            bool(names & known.marks[owner]) if known.marks[owner] else len(module.bodies[0].ops) > 1
            for owner in known.owners(module.name)
            if owner.partition(".")[0] in self.linker.modules.imported
        )

    def _names_of(self, module: Module) -> frozenset[str]:
        """Names that a module binds, or imports with a star."""
        found = module.bodies[0].names
        for star in self.linker.stars(module):
            source = self.linker.import_target(module, star.module, star.level)
            found |= source.module.bodies[0].names if source is not None else frozenset()
        return found

    @cached_property
    def _settings_modules(self) -> list[Module]:
        patterns = self.linker.models.settings.patterns()
        modules = self.linker.modules.all
        return [
            module for module in modules if module.is_code and any(pattern.search(module.name) for pattern in patterns)
        ]

    @cached_property
    def _ini_modules(self) -> list[Module]:
        """Files of sections: ini files, and those of other formats that have sections like theirs."""
        return [module for module in self.linker.modules.all if module.path.endswith(INI) or _has_sections(module)]

    def in_object(self, obj: Object, key: str) -> tuple[Setting, ...]:
        """The same within a dict that is handed over as configuration."""
        name, *rest = _parts(key)
        stores = self.stores.items(obj) if name == "*" else self.stores.of_item(obj, name)
        settings = [Setting(store, f"{store.context.symbol}.{name}") for store in stores]
        for part in rest:
            settings = [inner for setting in settings for inner in self._inside(setting, part)]
        return tuple(settings)

    def _inside(self, setting: Setting, part: str) -> Iterator[Setting]:
        for value in self.values.stored(setting.store):
            if isinstance(value, Made):
                stores = self.stores.items(value.obj) if part == "*" else self.stores.of_item(value.obj, part)
                within = (*setting.within, setting.store)
                yield from (Setting(store, f"{setting.symbol}[{store.name!r}]", within) for store in stores)

    def _of_name(self, name: str) -> Iterator[Setting]:
        yield from self._of_modules(name)
        yield from self._of_classes(name)
        yield from self._of_objects(name)

    def _of_modules(self, name: str) -> Iterator[Setting]:
        for module in self._settings_modules:
            for store in self.stores.of_global(module, name):
                yield Setting(store, f"{module.name}.{name}")

    def _of_sections(self, key: str) -> Iterator[Setting]:
        """`sqlalchemy.url = ...` in any section of an ini file, `handler_*.class` in sections of that name."""
        *sections, option = _parts(key)
        for module in self._ini_modules:
            for name in sorted(module.bodies[0].names):
                if not sections or fnmatchcase(name, sections[0]):
                    yield from self._of_section(module, name, option)

    def _of_section(self, module: Module, section: str, option: str) -> Iterator[Setting]:
        for store in self.stores.of_global(module, section):
            for value in self.values.stored(store):
                if isinstance(value, Made):
                    for item in self.stores.of_item(value.obj, option):
                        yield Setting(item, f"{module.name}{module.suffix}[{section}].{option}")

    def _of_classes(self, name: str) -> Iterator[Setting]:
        """`class ProductionConfig:`, whoever chooses it."""
        if not SETTING_NAME.fullmatch(name):
            return
        for cls in self.linker.classes.values():
            if name in cls.body.names and CONFIGURING.search(cls.body.name):
                for store in self.stores.of_attribute(cls, name):
                    yield Setting(store, f"{cls.symbol}.{name}")

    def _of_objects(self, name: str) -> Iterator[Setting]:
        """`app.config[NAME] = ...`, `app.config.update(NAME=...)`, `app.conf.name = ...`, `from_object(...)`."""
        for obj in self._configurations:
            for store in (*self.stores.of_item(obj, name), *self.stores.of_attribute(obj, name)):
                yield Setting(store, f"{store.context.symbol}.{name}")
        for source in self._loaded:
            for store in self._stores_in(source, name):
                yield Setting(store, f"{_name_of(source) or store.context.symbol}.{name}")
        for obj in self.layers.of_applications:
            for layer in self.layers.of(obj, name):
                yield Setting(layer.store, ".".join(filter(None, (layer.module.name, layer.section, name))))

    def _stores_in(self, source: Object, name: str) -> list[Store]:
        if isinstance(source, ModuleObject):
            return self.stores.of_global(source.module, name)
        return (
            self.stores.of_item(source, name)
            if isinstance(source, Container)
            else self.stores.of_attribute(source, name)
        )

    @cached_property
    def _configurations(self) -> list[External]:
        known = self.linker.models.settings.objects
        return [obj for obj in tuple(self.linker.externals.values()) if obj.dotted in known]

    @property
    def _loaded(self) -> tuple[Object, ...]:
        """Classes, modules, files and dicts that a call such as `from_object` reads into settings."""
        if self._sources_known is None:
            loads = [
                (context, call)
                for context, call in self.stores.loads()
                for obj in self.linker.objects(context, call.base)
                if isinstance(obj, External) and self.linker.models.loads_settings(f"{obj.dotted}.{call.name}")
            ]
            named = dict.fromkeys(source for context, call in loads for source in self._sources(context, call))
            self._sources_known = tuple(named)  # what is followed below may be a setting itself
            followed = (source for context, call in loads for source in self._followed(context, call))
            self._sources_known = tuple({**named, **dict.fromkeys(followed)})
        return self._sources_known

    def _sources(self, context: Context, call: Invoke) -> Iterator[Object]:
        for given in call.args[:1]:
            for source in self.linker.objects(context, given):
                match source:
                    case ClassObject() | ModuleObject() | Container():
                        yield source
                    case Text(value=dotted):
                        yield from self._named(dotted)

    def _followed(self, context: Context, call: Invoke) -> Iterator[Object]:
        for given in call.args[:1]:
            yield from map(self.linker.module_object, self.documents.files(context, given))
            made = (value.obj for value in self.values.of(context, given) if isinstance(value, Made))
            yield from (obj for obj in made if isinstance(obj, Container))

    def deployed(self, obj: Object, name: str) -> tuple[str, list[Store]]:
        """The variable that sets a setting of an object made of files, and what the files say for a deployment."""
        variable = self.layers.variable(obj, name)
        layers = self.layers.of(obj, name) if variable else ()
        return variable, [one.store for one in layers if not is_for_development(f"{one.section}.{name}")]

    # --- what the environment may set instead

    def replaced_by(self, key: str, setting: Setting | None = None) -> str:
        """The variable, or the setting of a file outside the project, that comes after what the program sets."""
        name = _parts(key)[0] if key else ""
        if SETTING_NAME.fullmatch(name):
            for obj in self.layers.of_applications:
                if setting is None or not setting.store.context.module.is_code:
                    return self.layers.variable(obj, name)
            for context, call, variable in self._replacements:
                if setting is None or not _stands_after(setting.store, context, call):
                    return variable.format(name)
        return ""

    @cached_property
    def _replacements(self) -> list[tuple[Context, Invoke, str]]:
        known = frozenset(self._configurations)
        found = [
            (context, call, self._replacement(obj, context, call))
            for context, call in self.stores.loads()
            for obj in self.linker.objects(context, call.base)
            if isinstance(obj, External) and obj in known
        ]
        return [one for one in found if one[2]]

    def _replacement(self, loaded: External, context: Context, call: Invoke) -> str:
        row = self.linker.models.settings.environment.get(f"{loaded.dotted}.{call.name}")
        if row is None:
            return self._missing_file(context, call)
        if row.name:
            return self._text(context, call, row.name) or "the environment"
        return f"{self._text(context, call, row.prefix) or row.implied}_{{}}"

    def _text(self, context: Context, call: Invoke, where: tuple[int | str, ...]) -> str:
        given = argument(call, where)
        values = self.values.of(context, given[0]) if given is not None else ()
        return next((value.value for value in values if isinstance(value, Known) and isinstance(value.value, str)), "")

    def _missing_file(self, context: Context, call: Invoke) -> str:
        """`from_pyfile("config.py")` of a file that is no part of the project."""
        name = next((name for one in call.args[:1] for name in self.documents.names(context, one)), "")
        if not name.endswith((CODE, *DATA, *INI_LIKE)) or self.documents.files(context, call.args[0]):
            return ""
        return f"{{}} of {name.rpartition('/')[2]}"

    def _named(self, dotted: str) -> Iterator[Object]:
        """`"config"` and `"config.ProductionConfig"`."""
        if (module := self.linker.modules.find_anywhere(dotted)) is not None:
            yield self.linker.module_object(module)
        elif (node := self.linker.named(dotted)) is not None:
            yield from tuple(node.objects)


def _stands_after(store: Store, context: Context, call: Invoke) -> bool:
    return store.context is context and store.span.line > call.span.line


def _has_sections(module: Module) -> bool:
    return not module.is_code and any(SECTION.match(name) for name in module.bodies[0].names)


def _parts(key: str) -> list[str]:
    return [bracketed or plain for bracketed, plain in KEY.findall(key)]


def _name_of(obj: Object) -> str:
    match obj:
        case ClassObject():
            return obj.symbol
        case ModuleObject(module=module):
            return module.name
    return ""


def _place(setting: Setting) -> tuple[str, int, str]:
    return (setting.store.context.module.path, setting.store.span.line, setting.symbol)
