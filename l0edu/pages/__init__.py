"""Which web pages come with the library? Each is one HTML file that needs no network and no server."""

from l0edu.pages.assemble import assemble, asset

__all__ = ["assemble", "asset"]
