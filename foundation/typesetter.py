"""The child process that sets one document. Its own script, so that nothing of ours is loaded.

In: one JSON request on standard input. Out: the PDF on standard output, or a reason on standard
error and exit code 1. It limits itself before it looks at any text of anybody.
"""

import json
import resource
import sys

import typst

MISSING_GLYPH = "could not be displayed"


def limit(memory_bytes: int, seconds: int) -> None:
    """Bound what this process may use.

    RLIMIT_DATA counts what it writes to; RLIMIT_AS would also count the fonts and libraries it
    only maps (measured: 280 MB of addresses for a document that uses 25 MB).
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes to its pipe only
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def typeset(request: dict[str, str], fonts: list[str]) -> bytes:
    """The PDF, tagged for screen readers; untagged where no font has every letter."""
    compiler = typst.Compiler(
        input=request["template"],
        root=request["root"],
        font_paths=fonts,
        sys_inputs={"data": request["data"]},
        package_path=request["root"],
        package_cache_path=request["root"],
    )
    try:
        return pdf(compiler.compile(format="pdf", pdf_standards=["ua-1"]))
    except typst.TypstError as error:
        # PDF/UA forbids a letter no font has. A receipt with an empty box beats none at all.
        if MISSING_GLYPH not in error.message:
            raise
        sys.stderr.write(error.message)
        return pdf(compiler.compile(format="pdf"))


def pdf(made: object) -> bytes:
    """What the compiler returned, which for PDF is always one file."""
    if not isinstance(made, bytes):
        raise TypeError(f"no PDF but {type(made).__name__}")
    return made


def main() -> int:
    """Serve the one request."""
    request = json.load(sys.stdin)
    limit(request.pop("memory_bytes"), request.pop("seconds"))
    try:
        sys.stdout.buffer.write(typeset(request, request.pop("fonts")))
    except typst.TypstError as error:
        sys.stderr.write(error.message)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
