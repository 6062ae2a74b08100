"""Files and environment to one `Settings`; a wrong key is a `ConfigError` with file, key and nearest valid key."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError, create_model
from pydantic_settings import BaseSettings, EnvSettingsSource
from rapidfuzz import process

from breachwire.errors import ConfigError
from breachwire.settings.channels import SECRET_ERROR
from breachwire.settings.keywords import Keywords
from breachwire.settings.models import (
    Alerts,
    FeedsFile,
    Settings,
    SettingsFile,
    Watchlist,
)
from breachwire.settings.strict import Strict

ENV_PREFIX = "BREACHWIRE_"
_M = TypeVar("_M", bound=Strict)

# pydantic-settings reads the environment for the fields of a BaseSettings only.
_FromEnvironment = create_model(
    "_FromEnvironment",
    __base__=BaseSettings,
    **{name: (info.annotation, info.default) for name, info in SettingsFile.model_fields.items()},  # type: ignore[call-overload]
)


def load(config_dir: Path, data_dir: Path) -> Settings:
    """Reads all files of `config_dir`; `BREACHWIRE_<SECTION>__<KEY>` overrides keys of settings.toml.

    A missing watchlist.toml, alerts.toml or settings.toml means "none" and the defaults; feeds.toml and keywords.toml
    must be there. Raises ConfigError.
    """
    if not config_dir.is_dir():
        raise ConfigError(str(config_dir), "no such folder", "give it with --config or BREACHWIRE_CONFIG")
    path = config_dir / "settings.toml"
    overrides = _environment()
    own = _check(SettingsFile, path, _overlaid(_toml(path, optional=True), overrides), overrides)
    return Settings(
        **{name: getattr(own, name) for name in SettingsFile.model_fields},
        config_dir=config_dir,
        data_dir=data_dir,
        sources=read(FeedsFile, config_dir / "feeds.toml"),
        keywords=read(Keywords, config_dir / "keywords.toml"),
        watchlist=read(Watchlist, config_dir / "watchlist.toml", optional=True),
        alerts=read(Alerts, config_dir / "alerts.toml", optional=True),
    )


def read(model: type[_M], path: Path, *, optional: bool = False) -> _M:
    """One file as its model. Raises ConfigError."""
    return _check(model, path, _toml(path, optional=optional))


def _toml(path: Path, *, optional: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if optional:
            return {}
        raise ConfigError(str(path), "no such file", "copy it from the project's config/") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(str(path), f"is not valid TOML: {error}") from None
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read: {error.strerror}") from None


def _environment() -> dict[str, Any]:
    """What the environment says, section by section; sections that do not exist are there too, to be complained of."""
    source = EnvSettingsSource(_FromEnvironment, env_prefix=ENV_PREFIX, env_nested_delimiter="__")
    try:
        overrides = source()
    except ValueError as error:
        raise ConfigError("environment", str(error), "lists are JSON, for example '[\"127.1.0.0/16\"]'") from None
    for name, value in os.environ.items():
        section, nested, key = name.removeprefix(ENV_PREFIX).lower().partition("__")
        if name.startswith(ENV_PREFIX) and nested and section not in SettingsFile.model_fields:
            overrides.setdefault(section, {})[key] = value
    return overrides


def _overlaid(values: dict[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    for section, keys in overrides.items():
        values[section] = {**values.get(section, {}), **keys} if isinstance(keys, Mapping) else keys
    return values


def _variable(loc: Sequence[int | str], overrides: Mapping[str, Any]) -> str | None:
    """The environment variable that gave the value at `loc`, where one did."""
    section, *keys = (str(part) for part in loc[:2]) if loc else ("",)
    given = overrides.get(section)
    if given is None or (keys and isinstance(given, Mapping) and keys[0] not in given):
        return None
    name = "__".join([section, *(keys or (list(given)[:1] if isinstance(given, Mapping) else []))])
    return ENV_PREFIX + name.upper()


def _check(model: type[_M], path: Path, values: dict[str, Any], overrides: Mapping[str, Any] | None = None) -> _M:
    try:
        return model.model_validate(values)
    except ValidationError as error:
        # a required key that is misspelt is missing and unknown: what stands there says more than what does not
        first = min(error.errors(include_url=False), key=lambda e: e["type"] == "missing")
        where = _variable(first["loc"], overrides or {}) or str(path)
        parts = _shown(model, first["loc"])
        key = ".".join(f"[{p + 1}]" if isinstance(p, int) else p for p in parts).replace(".[", "[")
        more = f"; {error.error_count() - 1} more after it" if error.error_count() > 1 else ""
        if first["type"] == "extra_forbidden":
            near = _nearest(model, first["loc"])
            hint = f"did you mean {near!r}?" if near else "remove it"
            raise ConfigError(where, f"unknown key {key!r}{more}", hint) from None
        what = first["msg"].removeprefix("Value error, ")
        at = f"{key}: " if key else ""
        unshown = first["type"] in ("missing", SECRET_ERROR) or not key
        given = "" if unshown else f", got {str(first['input'])[:60]!r}"
        raise ConfigError(where, f"{at}{what}{given}{more}") from None


def _nearest(model: type[BaseModel], loc: Sequence[int | str]) -> str | None:
    """The valid key most like the last of `loc`, among those of the model that holds it."""
    here = [model]
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        if kinds := [m for m in here if part in _kinds(m)]:
            here = kinds
            continue
        info = here[0].model_fields.get(part)
        here = (_models_in(info.annotation) or here) if info else here
    found = process.extractOne(str(loc[-1]), list(here[0].model_fields), score_cutoff=50)
    return found[0] if found else None


def _kinds(model: type[BaseModel]) -> tuple[object, ...]:
    """What a model that is one of several kinds calls itself: pydantic puts that word into the places of errors."""
    info = model.model_fields.get("kind")
    return get_args(info.annotation) if info else ()


def _shown(model: type[BaseModel], loc: Sequence[int | str]) -> list[int | str]:
    """The place of an error as it stands in the file: pydantic's own words (in brackets, or a kind) left out."""
    kinds = {kind for m in _all_models(model) for kind in _kinds(m)}
    parts = [p for p in loc if isinstance(p, int) or "[" not in p]
    at_kind = 2  # channels.NAME.KIND
    return [p for at, p in enumerate(parts) if not (at == at_kind and p in kinds and parts[0] == "channels")]


def _all_models(model: type[BaseModel]) -> list[type[BaseModel]]:
    return [m for info in model.model_fields.values() for m in _models_in(info.annotation)]


def _models_in(annotation: object) -> list[type[BaseModel]]:
    """The models named by an annotation such as `Run`, `tuple[FeedEntry, ...]` or `dict[str, Channel]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
