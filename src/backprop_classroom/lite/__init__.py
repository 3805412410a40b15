"""A JupyterLite site with the lessons, which run Python in the browser."""
