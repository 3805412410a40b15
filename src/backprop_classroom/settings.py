"""The course's nbgrader settings, for our own commands as for nbgrader's."""

from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader


def course_settings(root: Path) -> Config:
    """Return what `nbgrader_config.py` sets, for the course in the folder `root`."""
    root = Path(root).resolve()
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config
