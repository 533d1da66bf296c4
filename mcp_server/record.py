"""`NamedTuple`, as `typing` has it, for modules that a hook loads: `typing` brings some twenty modules with it.

The difference is in what is left out: no generics, and no check of the fields' names.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple  # noqa: PLC0414  handed on
else:
    try:
        from _collections import _tuplegetter as _getter
    except ImportError:  # an interpreter without this C part

        def _getter(index, doc):
            """The field with this index."""
            return property(lambda record: record[index], doc=doc)

    class _Kind(type):
        """Makes a class of a body with annotated fields, some of which have a default."""

        def __new__(cls, name, bases, body):
            if not bases:
                return type.__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            given = ", ".join(fields)
            make = eval(  # noqa: S307  the fields of our own classes
                f"lambda _kind, {given}: _new(_kind, ({given},))", {"_new": tuple.__new__}
            )
            make.__defaults__ = tuple(defaults.values()) or None
            getters = {field: _getter(index, f"The field {field}.") for index, field in enumerate(fields)}
            about = {"__new__": make, "_fields": fields, "_field_defaults": defaults, "__match_args__": fields}
            return type.__new__(type, name, (_Record,), {"__slots__": (), **about, **getters, **body})

    class _Record(tuple):
        """What all of them can do."""

        __slots__ = ()
        _fields = ()

        @classmethod
        def _make(cls, values):
            made = tuple.__new__(cls, values)
            if len(made) != len(cls._fields):
                raise TypeError(f"{cls.__name__} has {len(cls._fields)} fields, not {len(made)}")
            return made

        def _replace(self, **changed):
            values = [changed.pop(field, value) for field, value in zip(self._fields, self, strict=True)]
            if changed:
                raise TypeError(f"no such fields: {', '.join(changed)}")
            return type(self)(*values)

        def _asdict(self):
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):
            return tuple(self)

        def __repr__(self):
            said = (f"{field}={value!r}" for field, value in zip(self._fields, self, strict=True))
            return f"{type(self).__name__}({', '.join(said)})"

    class NamedTuple(metaclass=_Kind):
        """The base of a class whose instances are tuples with named fields."""
