"""The lessons as a site that runs Python in the browser: JupyterLite with the course in it."""
