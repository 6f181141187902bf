"""Serves a built single-page app: hashed assets for ever, its page always fresh, under a strict policy.

`python -m local_stack.static --port PORT --dir FOLDER [--dir FOLDER] [--status FOLDER]`: the first folder with an
`index.html` is served. Paths that name no file and have no extension get `index.html`, since the app routes them
itself; those under `/status` belong to the operators' status page, which is files and nothing else.
"""

from __future__ import annotations

import argparse
import mimetypes
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles

# Styles are injected at run time by the component library, hence 'unsafe-inline' for them and for nothing else.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=()",
}
_COMPRESSED = {"br": ".br", "gzip": ".gz"}
"""Codings by preference, and what the build calls a file in that coding, beside the file itself."""
_FOR_EVER = "public, max-age=31536000, immutable"
_ASKED_EACH_TIME = "no-cache"


def _compressed(files: StaticFiles, path: str, accepted: str) -> tuple[str, str] | None:
    """The coding and the file to send instead of `path`, if the build left one that is taken (RFC 9110 §12.5.3).

    `accepted`: the request's `Accept-Encoding`.
    """
    wanted = {coding.partition(";")[0].strip() for coding in accepted.split(",") if "q=0" not in coding.split(";")[1:]}
    for coding, suffix in _COMPRESSED.items():
        if coding in wanted and files.lookup_path(path + suffix)[1] is not None:
            return coding, path + suffix
    return None


async def _file(files: StaticFiles, path: str, request: Request) -> Response:
    """One file as it is, or as the build compressed it.

    Raises HTTPException (404) if there is none.
    """
    found = _compressed(files, path, request.headers.get("accept-encoding", ""))
    if found is None:
        return await files.get_response(path, request.scope)
    coding, compressed = found
    response = await files.get_response(compressed, request.scope)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
    response.headers["Content-Type"] = f"{kind}; charset=utf-8" if text else kind
    response.headers["Content-Encoding"] = coding
    response.headers["Vary"] = "Accept-Encoding"
    return response


def site(folders: Sequence[Path], status: Path | None = None) -> Starlette:
    """The app that serves the first of `folders` with an `index.html`; it may be built while this runs.

    `status` is the folder of the operators' page, served under `/status`.
    """

    def ready(_: Request) -> Response:
        return JSONResponse({"ready": True})

    async def serve(request: Request) -> Response:
        folder = next((folder for folder in folders if (folder / "index.html").is_file()), None)
        if folder is None:
            raise HTTPException(404)
        files = StaticFiles(directory=folder)
        path = request.path_params["path"]
        try:
            response = await _file(files, path or "index.html", request)
        except HTTPException as error:
            if error.status_code != 404 or PurePosixPath(path).suffix:
                raise
            response = await _file(files, "index.html", request)
        hashed = path.startswith("assets/") and response.status_code in (200, 304)
        response.headers["Cache-Control"] = _FOR_EVER if hashed else _ASKED_EACH_TIME
        response.headers.update(_HEADERS)
        return response

    async def serve_status(request: Request) -> Response:
        if status is None:
            raise HTTPException(404)
        page = StaticFiles(directory=status)
        response = await page.get_response(request.path_params.get("path") or "index.html", request.scope)
        response.headers.update(_HEADERS | {"Cache-Control": _ASKED_EACH_TIME})
        return response

    only_reading = ["GET", "HEAD"]
    return Starlette(
        routes=[
            Route("/readyz", ready),
            Route("/status", serve_status, methods=only_reading),
            Route("/status/{path:path}", serve_status, methods=only_reading),
            Route("/{path:path}", serve, methods=only_reading),
        ],
        middleware=[Middleware(GZipMiddleware, minimum_size=1024)],
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local_stack.static", description="Serve a built app.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--dir", type=Path, required=True, action="append", metavar="FOLDER")
    parser.add_argument("--status", type=Path, metavar="FOLDER")
    options = parser.parse_args()
    uvicorn.run(
        site(options.dir, options.status),
        host="127.0.0.1",
        port=options.port,
        log_level="warning",
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
