"""The course's nbgrader settings, used by the commands of this package too."""

from pathlib import Path

from traitlets.config import Config, PyFileConfigLoader


def course_settings(root: Path) -> Config:
    """Return the settings in `nbgrader_config.py` of the course in the folder `root`."""
    root = Path(root).resolve()
    config = PyFileConfigLoader("nbgrader_config.py", path=str(root)).load_config()
    config.CourseDirectory.root = str(root)
    return config
