"""hongfeng.toml: what is taken, what is refused with file and key."""

from pathlib import Path

import pytest

from data.config import Config, load_config
from data.declared import DeclarationError

ROOT = Path(__file__).parents[2]
POSTGRES = """
[[postgres]]
name = "警务通"
dsn_env = "PG_DSN"
kind = "visit"
key = ["id"]
watermark = "updated_at"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "hongfeng.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_a_file_there_are_no_channels_and_http_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HONGFENG_TOKEN", raising=False)
    config = load_config(tmp_path / "hongfeng.toml")
    assert config == Config()
    assert config.http.token == ""


def test_the_sample_is_taken_and_holds_no_secret() -> None:
    config = load_config(ROOT / "hongfeng.toml")
    assert config.http.token_env == "HONGFENG_TOKEN"
    assert (config.folder, config.postgres) == ((), ())


def test_the_commented_channels_of_the_sample_are_right_too(tmp_path: Path) -> None:
    lines = (ROOT / "hongfeng.toml").read_text("utf-8").splitlines()
    begun = lines.index("# [[folder]]")
    told = [line[2:] for line in lines[begun:] if line.startswith("# ") and "。" not in line]
    config = load_config(written(tmp_path, "\n".join(told)))
    assert [form.name for form in config.folder] == ["投放"]
    assert [form.name for form in config.postgres] == ["警务通"]


def test_everything_is_read_and_paths_are_meant_from_the_file(tmp_path: Path) -> None:
    text = """
[http]
token_env = "OTHER"
[map]
villages = "villages.geojson"
[documents]
weekly = "weekly.pptx"
[[folder]]
name = "投放"
path = "inbox"
mappings = "maps"
settle_seconds = 0.5
[[folder]]
name = "b"
path = "/srv/b"
"""
    config = load_config(written(tmp_path, text + POSTGRES + 'table = "visit"\n'))
    first, second = config.folder
    assert (first.path, first.mappings) == (tmp_path / "inbox", tmp_path / "maps")
    assert first.settle_seconds == 0.5
    assert (second.path, second.mappings) == (Path("/srv/b"), None)
    assert config.postgres[0].compare_at == "02:30"
    assert config.map.villages == tmp_path / "villages.geojson"
    assert (config.documents.weekly, config.documents.dossier) == (tmp_path / "weekly.pptx", None)


FOLDER = '[[folder]]\nname = "a"\npath = "x"\n'
WRONG = [
    ("[http]\ntoken = 's'\n", "http.token"),
    ("[http]\ntoken_env = 'tajne heslo 密码'\n", "http.token_env"),
    ("[http]\nmax_bytes = 0\n", "http.max_bytes"),
    ("[http]\nmax_rows = 'many'\n", "http.max_rows"),
    ("[ftp]\n", "ftp"),
    ('[[folder]]\nname = "a"\n', "folder.0.path"),
    ('[[folder]]\nname = "../a"\npath = "x"\n', "folder.0.name"),
    ('[[folder]]\nname = ""\npath = "x"\n', "folder.0.name"),
    (FOLDER + "settle_seconds = 0\n", "folder.0.settle_seconds"),
    (FOLDER + "every_seconds = -1\n", "folder.0.every_seconds"),
    (FOLDER + "every_seconds = nan\n", "folder.0.every_seconds"),
    (FOLDER + 'kind = "bureau"\n', "folder.0.kind"),
    (FOLDER + 'kind = "nothing"\n', "folder.0.kind"),
    (FOLDER + FOLDER, "重复"),
    (FOLDER.replace('"a"', '"HTTP"'), "重复"),
    (POSTGRES, "postgres.0"),
    (POSTGRES + 'table = "a"\nquery = "b"\n', "postgres.0"),
    (POSTGRES + 'table = "a"\ncompare_at = "25:00"\n', "postgres.0.compare_at"),
    (POSTGRES.replace('["id"]', "[]") + 'table = "a"\n', "postgres.0.key"),
    ("[http\n", "TOML"),
]


@pytest.mark.parametrize(("text", "key"), WRONG)
def test_what_is_wrong_is_refused_with_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(DeclarationError) as refused:
        load_config(written(tmp_path, text))
    assert str(refused.value).startswith("hongfeng.toml：")
    assert key in str(refused.value)
    assert "heslo" not in str(refused.value)  # what might be a secret is not echoed


def test_the_token_stands_only_in_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER", " abc\n")
    config = load_config(written(tmp_path, '[http]\ntoken_env = "OTHER"\n'))
    assert config.http.token == "abc"
    assert "abc" not in repr(config)
