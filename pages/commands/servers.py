"""What runs until it is stopped: the dashboard with its channels, or the channels alone."""

import argparse
import signal
import sys
import threading

from data.environment import CONFIG_NAME, start_with
from pages.commands.output import DONE, NOTHING
from pages.commands.parser import Commands, takes_as_of, takes_config
from pages.commands.records import demo, demo_arguments


def add(commands: Commands) -> None:
    serve = commands.add("serve", _serve, "打开看板（仅本机可访问）")
    serve.add_argument("--port", type=int, default=8501, metavar="端口", help="默认 8501")
    serve.add_argument("--demo", action="store_true", help="数据目录为空时先生成模拟数据")
    demo_arguments(serve)
    takes_config(serve)
    takes_as_of(serve)
    takes_config(commands.add("intake", _intake, "只运行数据渠道，不打开看板"))


def _serve(options: argparse.Namespace) -> int:
    from data.journal.journal import Journal
    from pages.commands.opening import configuration
    from pages.server.malloc import share_heaps

    share_heaps()
    if options.demo and not Journal(options.store).position():
        code = demo(options)
        if code != DONE:
            return code
    configuration(options)
    start_with(options.store, options.config, options.as_of)
    from pages.server.server import serve

    return serve(options.port)


def _intake(options: argparse.Namespace) -> int:
    from data.channels.runner import run_channels
    from pages.commands.opening import configuration
    from pages.server.nightly import reconcile_nightly

    config = configuration(options)
    if not config.folder and not config.postgres:
        print(f"没有配置任何渠道，请在 {options.config or CONFIG_NAME} 中填写", file=sys.stderr)
        return NOTHING
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    names = "、".join([*(f.name for f in config.folder), *(p.name for p in config.postgres)])
    print(f"渠道运行中：{names}；按 Ctrl-C 停止", flush=True)
    nightly = (config.reconcile.at, options.store, stop)
    threading.Thread(target=reconcile_nightly, args=nightly, daemon=True).start()
    run_channels(config, options.store, stop)
    print("渠道已停止", flush=True)
    return DONE
