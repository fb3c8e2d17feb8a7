"""The home page of the course, a page of the Jupyter server itself."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What makes this package an extension of the Jupyter server."""
    return [{"module": "course_utils.home"}]


def _load_jupyter_server_extension(server) -> None:
    """Let a Jupyter server show the home page under /course."""
    from course_utils.home.pages import add_pages

    add_pages(server.web_app)
