"""Formgrader shows names that students can choose."""

from types import SimpleNamespace

from backprop_classroom.html.formgrader import escape_names


def formgrader():
    """A stand-in for the module of nbgrader, which renders without escaping."""

    class BaseHandler:
        def render(self, name, **texts):
            return name, texts

    return {"nbgrader.server_extensions.formgrader.base": SimpleNamespace(BaseHandler=BaseHandler)}


def test_names_are_escaped_once_however_often_the_settings_are_read():
    modules = formgrader()
    escape_names(modules)
    escape_names(modules)
    (base,) = modules.values()
    name, texts = base.BaseHandler().render("page.tpl", student="<img src=x>", number=7)
    assert name == "page.tpl" and texts == {"student": "&lt;img src=x&gt;", "number": 7}


def test_nothing_is_loaded_where_formgrader_does_not_run():
    modules = {}
    escape_names(modules)
    assert modules == {}
