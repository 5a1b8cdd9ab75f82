"""Settings that libraries read from the environment: what the variables are called, and which default counts."""

import pytest

from statelint.app.pipeline import check_sources

DJANGO = """\
import environ
import dj_database_url

{settings}
ROOT_URLCONF = "shop.urls"
"""
URLS = "from django.urls import path\nfrom shop import views\nurlpatterns = [path('', views.index)]\n"
VIEWS = """\
from django.core.cache import cache
from django.http import HttpResponse


def index(request):
    cache.set("seen", 1)
    return HttpResponse("seen")
"""
FASTAPI = """\
import secrets
from fastapi import FastAPI
from pydantic import AliasChoices, BaseModel, Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import create_engine, text


class Database(BaseModel):
    url: str = "sqlite:///shop.db"


class Settings(BaseSettings):
    {options}
    database: Database = Database()
    {field}


settings = Settings()
engine = create_engine(settings.{address})
app = FastAPI()


@app.post("/orders")
def order():
    with engine.begin() as connection:
        connection.execute(text("insert into orders values (1)"))
"""


def reported(files, code):
    """The findings of a rule."""
    return [finding for finding in check_sources(files).findings if finding.code == code]


def django(settings):
    """A Django project with these lines in its settings."""
    return {
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/__init__.py": "", "shop/settings.py": DJANGO.format(settings=settings), "shop/urls.py": URLS,
        "shop/views.py": VIEWS,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "variable"),
    [
        ('env = environ.Env(CACHE_URL=(str, "locmemcache://"))\nCACHES = {"default": env.cache()}', "CACHE_URL"),
        ('env = environ.Env(SHOP=(str, "locmemcache://"))\nCACHES = {"default": env.cache_url("SHOP")}', "SHOP"),
        ('env = environ.Env()\nCACHES = {"default": env.cache(default="locmemcache://")}', "CACHE_URL"),
    ],
)
def test_defaults_of_an_environ_object_count_under_the_name_of_their_variable(settings, variable):
    (finding,) = reported(django(settings), "STL303")
    assert f"unless `{variable}` is set" in finding.why


@pytest.mark.parametrize(
    "settings",
    [
        'env = environ.Env(CACHE_URL=str)\nCACHES = {"default": env.cache()}',
        'env = environ.Env(CACHE_URL=(str, "rediscache://redis:6379/1"))\nCACHES = {"default": env.cache()}',
        'env = environ.Env(OTHER=(str, "locmemcache://"))\nCACHES = {"default": env.cache()}',
    ],
)
def test_a_variable_without_a_local_default_is_silent(settings):
    assert not reported(django(settings), "STL303")


def test_a_reader_without_a_name_reads_its_own_variable():
    (finding,) = reported(django('DATABASES = {"default": dj_database_url.config(default="sqlite:///db")}'), "STL403")
    assert "unless `DATABASE_URL` is set" in finding.why


@pytest.mark.parametrize(
    ("options", "address", "variable"),
    [
        ('model_config = SettingsConfigDict(env_prefix="SHOP_", env_nested_delimiter="__")', "database.url", "SHOP_DATABASE__URL"),
        ('model_config = {"env_prefix": "shop_"}', "database.url", "SHOP_DATABASE"),
        ("class Config:\n        env_prefix = 'SHOP_'\n", "url", "SHOP_URL"),
        ("pass", "url", "URL"),
    ],
)  # fmt: skip
def test_attributes_of_settings_are_defaults_of_variables_with_their_prefix(options, address, variable):
    code = FASTAPI.format(options=options, field='url: str = "sqlite:///shop.db"', address=address)
    (finding,) = reported({"app.py": code}, "STL403")
    assert f"unless `{variable}` is set" in finding.why
    assert finding.severity.value == "warning"


@pytest.mark.parametrize(
    ("declared", "variable"),
    [
        ('Field("sqlite:///shop.db")', "SHOP_URL"),
        ('Field(default="sqlite:///shop.db", alias="ORDERS_DB")', "ORDERS_DB"),
        ('Field("sqlite:///shop.db", alias="orders", validation_alias="orders_db")', "orders_db"),
        ('Field("sqlite:///shop.db", validation_alias=AliasChoices("ORDERS_DB", "DB"))', "ORDERS_DB"),
        ('Field("sqlite:///shop.db", env=["ORDERS_DB", "DB"])', "ORDERS_DB"),
    ],
)
def test_a_field_names_its_variable_whatever_the_prefix(declared, variable):
    options = 'model_config = {"env_prefix": "SHOP_"}'
    code = FASTAPI.format(options=options, field=f"url: str = {declared}", address="url")
    (finding,) = reported({"app.py": code}, "STL403")
    assert f"unless `{variable}` is set" in finding.why
    assert finding.severity.value == "warning"


@pytest.mark.parametrize(
    "annotation",
    [
        'Annotated[str, Field(alias="ORDERS_DB")]',
        'typing.Annotated[str, "the shop", Field(validation_alias="ORDERS_DB")]',
    ],
)
def test_an_annotation_names_the_variable_too(annotation):
    imports = "import typing\nfrom typing import Annotated\n"
    options = 'model_config = {"env_prefix": "SHOP_"}'
    field = f'url: {annotation} = "sqlite:///shop.db"'
    code = imports + FASTAPI.format(options=options, field=field, address="url")
    (finding,) = reported({"app.py": code}, "STL403")
    assert "unless `ORDERS_DB` is set" in finding.why


@pytest.mark.parametrize("declared", ["Field(...)", 'Field(alias="ORDERS_DB")', 'Field("postgresql://db/orders")'])
def test_a_field_without_a_local_default_is_silent(declared):
    code = FASTAPI.format(options="pass", field=f"url: str = {declared}", address="url")
    assert not reported({"app.py": code}, "STL403")


@pytest.mark.parametrize(
    "field",
    [
        "secret_key: str = secrets.token_hex()",
        "secret_key: str = Field(default_factory=secrets.token_hex)",
        "secret_key: str = Field(default_factory=lambda: secrets.token_hex(32))",
    ],
)
def test_a_secret_drawn_as_the_default_of_settings_names_its_variable(field):
    code = FASTAPI.format(options="pass", field=field, address="secret_key")
    (finding,) = reported({"app.py": code}, "STL203")
    assert "unless `SECRET_KEY` is set" in finding.why
    assert finding.severity.value == "warning"
