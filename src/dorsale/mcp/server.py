"""
The protocol: tools listed and called over standard input and output.

The engine cannot be interrupted and the word index belongs to its thread, so one thread does all the asking, in the
order of the calls, while this one keeps listening.
"""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListToolsResult,
    TextContent,
    Tool,
    ToolAnnotations,
)

from dorsale import __version__
from dorsale.errors import DorsaleError
from dorsale.mcp.tools import Tools
from dorsale.words import say

Given = TypeVar("Given")
# Nothing is written, the same question has the same answer, and nobody else is asked.
READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def serve(folder: Path | None) -> None:
    """
    Serve the workspace of a folder, or the nearest one, until the client closes standard input.

    Raises what :func:`dorsale.open_workspace` does, and :class:`BrokenPipeError` when the client stopped reading.
    """
    with ThreadPoolExecutor(1) as one:
        tools = one.submit(Tools, folder).result()
        try:
            asyncio.run(_serve(tools, one))
        except* BrokenPipeError as gone:
            raise BrokenPipeError from gone


async def _serve(tools: Tools, one: ThreadPoolExecutor) -> None:
    def there(work: Callable[..., Given], *given: Any) -> asyncio.Future[Given]:
        return asyncio.get_running_loop().run_in_executor(one, work, *given)

    async def listed(context: Any, params: Any) -> ListToolsResult:
        return ListToolsResult(
            tools=[
                Tool(name=tool.name, description=tool.description, input_schema=tool.schema, annotations=READ_ONLY)
                for tool in await there(tools.listed)
            ]
        )

    async def called(context: Any, params: CallToolRequestParams) -> CallToolResult:
        if params.name not in tools.names:
            raise MCPError(INVALID_PARAMS, say("mcp-no-tool", tool=params.name))
        try:
            answer = await there(tools.call, params.name, params.arguments or {})
        except DorsaleError as error:
            return CallToolResult(content=[TextContent(text=error.sentence())], is_error=True)
        # The text is for clients that read no structured answers.
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        return CallToolResult(content=[TextContent(text=text)], structured_content=answer)

    server: Server[Any] = Server(
        "dorsale",
        version=__version__,
        title="Dorsale",
        instructions=say("mcp-instructions"),
        on_list_tools=listed,
        on_call_tool=called,
    )
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())
