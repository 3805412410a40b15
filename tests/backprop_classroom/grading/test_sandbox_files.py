"""A sandbox gets the compiled modules of the package, so that it need not compile them."""

from importlib.machinery import SourceFileLoader

from course import REPOSITORY

from backprop_classroom.grading.sandbox_files import package, package_and_bytecode


class NeverCompiles(SourceFileLoader):
    def source_to_code(self, *arguments, **options):
        raise AssertionError("this module has to be compiled")


def test_every_module_is_imported_without_compiling_it_and_has_the_path_of_the_sandbox(tmp_path):
    for place, data in package_and_bytecode().items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    modules = [tmp_path / place for place in package() if place.endswith(".py")]
    assert len(modules) > 50
    for path in modules:
        code = NeverCompiles(path.stem, str(path)).get_code(path.stem)
        inner = [one for one in code.co_consts if hasattr(one, "co_filename")]
        assert {one.co_filename for one in (code, *inner)} == {str(path)}


def test_bytecode_says_nothing_of_the_folders_of_the_instructor():
    assert [place for place, data in package_and_bytecode().items()
            if str(REPOSITORY).encode() in data] == []  # fmt: skip
