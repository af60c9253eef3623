"""What people open: the page, the interactive docs, and the reports of the workspace."""

from tasador.web.pages.routes import create_router

__all__ = ["create_router"]
