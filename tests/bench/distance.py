"""A relay that makes a server seem far away: every byte takes half the round trip, each way, and
what opens a connection takes a whole one. Nothing waits for anything else, as on a wire.
"""

import asyncio
import contextlib
import socket
import threading
import time
from urllib.parse import urlsplit


class Distance:
    """Listens on `url` from `__enter__` to `__exit__`."""

    def __init__(self, upstream, round_trip):
        place = urlsplit(upstream)
        self._upstream = (place.hostname, place.port)
        self._half = round_trip / 2
        self._loop = self._over = None
        self.connections = 0

    def __enter__(self):
        listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(listener)))
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self, listener):
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        async with await asyncio.start_server(self._relay, sock=listener):
            await self._over.wait()

    async def _relay(self, reader, writer):
        self.connections += 1
        opened = time.monotonic() + 2 * self._half
        far_reader, far_writer = await asyncio.open_connection(*self._upstream)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(self._carry(reader, far_writer, opened),
                                 self._carry(far_reader, writer, opened))

    async def _carry(self, reader, writer, opened):
        sent = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(sent, writer))
        data = b"?"
        while data:
            try:
                data = await reader.read(1 << 16)
            except ConnectionError:
                data = b""
            sent.put_nowait((max(time.monotonic(), opened) + self._half, data))
        await delivery

    @staticmethod
    async def _deliver(sent, writer):
        data = b"?"
        while data:
            due, data = await sent.get()
            await asyncio.sleep(max(due - time.monotonic(), 0))
            if data:
                writer.write(data)
        writer.close()
