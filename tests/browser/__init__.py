"""What people see in a browser: JupyterLab, formgrader, feedback and report, in the system's Chromium."""
