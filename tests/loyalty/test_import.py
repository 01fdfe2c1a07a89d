"""`manage.py import_orders`: the CDNOW sample, copies of it, and files that are wrong."""

import csv
import io
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from loyalty import actions, queries
from loyalty.management.commands import import_orders
from loyalty.models import Lot, Order, Txn
from outbox.models import StoredEvent
from tests.loyalty.conftest import AT

pytestmark = pytest.mark.django_db
WHOLE = Path(__file__).parents[2] / "config" / "demo" / "cdnow_sample.csv"
HEADER = "customer,date,quantity,dollars\n"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first 400 purchases of the CDNOW sample."""
    path = tmp_path_factory.mktemp("cdnow") / "first.csv"
    path.write_text("\n".join(WHOLE.read_text().splitlines()[:401]))
    return path


def run(path: Path, *arguments: str) -> str:
    out = io.StringIO()
    call_command("import_orders", str(path), *arguments, stdout=out)
    return out.getvalue()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def issued() -> int:
    return sum(lot.amount for lot in Lot.objects.filter(wallet__currency__code="points"))


def test_a_real_file_loads_and_issues_the_sum_of_a_query_over_it(sample: Path) -> None:
    expected = sum(int(Decimal(row["dollars"])) for row in rows(sample))
    out = run(sample)
    assert f"400 orders accepted, 0 already known, 0 refused, {expected} points issued." in out
    assert Order.objects.count() == 400
    assert issued() == expected
    assert queries.check_books().clean
    assert StoredEvent.objects.filter(name="orders.imported").count() == 1
    assert not StoredEvent.objects.filter(name__in=["order.recorded", "points.posted", "tier.changed"]).exists()


@pytest.mark.django_db(transaction=True)
def test_several_sessions_make_what_one_makes(sample: Path) -> None:
    expected = sum(int(Decimal(row["dollars"])) for row in rows(sample))
    assert f"400 orders accepted, 0 already known, 0 refused, {expected} points issued." in run(sample, "--jobs", "3")
    assert "0 orders accepted, 400 already known" in run(sample, "--jobs", "2")
    assert issued() == expected
    assert Order.objects.filter(is_first=True).count() == len(
        {row["customer"] for row in rows(sample) if Decimal(row["dollars"])}
    )
    assert queries.check_books().clean


def test_again_shuffled_or_in_part_changes_nothing(tmp_path: Path, sample: Path) -> None:
    run(sample)
    before = Txn.objects.count()
    lines = sample.read_text().splitlines()
    shuffled = lines[1:]
    random.Random(3).shuffle(shuffled)
    (tmp_path / "shuffled.csv").write_text("\n".join([lines[0], *shuffled]))
    (tmp_path / "part.csv").write_text("\n".join([lines[0], *lines[100:200]]))
    for path, number in [(sample, 400), (tmp_path / "shuffled.csv", 400), (tmp_path / "part.csv", 100)]:
        assert f"0 orders accepted, {number} already known, 0 refused, 0 points issued." in run(path)
    assert Txn.objects.count() == before


def test_a_rerun_after_a_half_import_does_the_rest(tmp_path: Path, sample: Path) -> None:
    lines = sample.read_text().splitlines()
    (tmp_path / "half.csv").write_text("\n".join(lines[:201]))
    run(tmp_path / "half.csv")
    assert "200 orders accepted, 200 already known" in run(sample)
    assert issued() == sum(int(Decimal(row["dollars"])) for row in rows(sample))


def test_a_kill_between_two_batches_loses_nothing(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from loyalty.management.commands import import_orders as command

    monkeypatch.setattr(command, "BATCH", 100)
    calls = []

    def killed(**batch: object) -> actions.ImportedBatch:
        calls.append(batch)
        answer = original(**batch)  # type: ignore[arg-type]
        if len(calls) == 3:
            raise KeyboardInterrupt
        return answer

    original = actions.import_orders
    monkeypatch.setattr(command.actions, "import_orders", killed)
    with pytest.raises(KeyboardInterrupt):
        run(sample)
    assert Order.objects.count() == 200  # the third batch was not committed
    assert queries.check_books().clean
    assert "200 orders accepted, 200 already known" in run(sample)
    assert issued() == sum(int(Decimal(row["dollars"])) for row in rows(sample))


def test_identical_rows_are_different_purchases(tmp_path: Path) -> None:
    (tmp_path / "twice.csv").write_text(HEADER + "7,1997-01-01,1,5.00\n" * 3)
    assert "3 orders accepted" in run(tmp_path / "twice.csv")
    assert "0 orders accepted, 3 already known" in run(tmp_path / "twice.csv")


def test_old_purchases_live_their_full_time_and_count_for_tiers_from_their_day(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text(HEADER + "7,1997-01-01,1,900.00\n")
    run(tmp_path / "old.csv")
    lot = Lot.objects.get(wallet__currency__code="points")
    assert lot.expires_at and lot.expires_at.year >= 2027
    member_id = Order.objects.get().member_id or 0
    assert (
        queries.balance(member_id=member_id, at=lot.expires_at.replace(year=lot.expires_at.year - 1)).available == 900
    )
    assert queries.tiers_of(member_ids=[member_id])[member_id][0] == "friend"


def test_shifted_dates_make_it_live_now_and_stay_known_tomorrow(tmp_path: Path) -> None:
    (tmp_path / "old.csv").write_text(HEADER + "7,1997-01-01,1,900.00\n7,1998-06-30,1,10.00\n7,1998-06-01,1,700.00\n")
    assert "3 orders accepted" in run(tmp_path / "old.csv", "--shift-to", "2026-03-31")
    assert str(Order.objects.order_by("placed_at").last().placed_at.date()) == "2026-03-31"  # type: ignore[union-attr]
    assert "0 orders accepted, 3 already known, 0 refused" in run(tmp_path / "old.csv", "--shift-to", "2026-04-01")


BAD = [
    ("8,1997-13-01,1,5.00", "there is no such date"),
    ("8,01/02/1997,1,5.00", "the date is not like 1997-01-31"),
    ("8,2997-01-01,1,5.00", "the date is in the future"),
    ("8,1897-01-01,1,5.00", "the date is before 1970"),
    ("8,1997-01-01,-1,5.00", "the quantity is negative"),
    ("8,1997-01-01,1.5,5.00", "the quantity is not a whole number"),
    ("8,1997-01-01,9999999,5.00", "the quantity is too large"),
    ("8,1997-01-01,1,-5.00", "the amount is negative"),
    ("8,1997-01-01,1,five", "the amount is not a number like 29.33"),
    ("8,1997-01-01,1,1e5", "the amount is not a number like 29.33"),
    ("8,1997-01-01,1,NaN", "the amount is not a number like 29.33"),
    ("8,1997-01-01,1,٣", "the amount is not a number like 29.33"),
    ("8,1997-01-01,1,5.001", "the amount has more decimal places than USD has"),
    ("8,1997-01-01,1,999999999999999999", "the amount is too large"),
    ("8,1997-01-01,1,99999999999999999999999", "the amount is not a number like 29.33"),
    (",1997-01-01,1,5.00", "the customer is missing"),
    ("8\x00,1997-01-01,1,5.00", "contains a NUL character"),
    ("8,1997-01-01,1", "has 3 fields instead of 4"),
    ("8,1997-01-01,1,5.00,", "has 5 fields instead of 4"),
    ('8,1997-01-01,1,"5.00', "has a quote that does not close"),
    ("8" * 100 + ",1997-01-01,1,5.00", "the customer is too long or has characters that cannot be printed"),
    ("8" * 20_000, "is too long"),
]


def test_bad_lines_are_reported_with_their_number_and_reason_while_good_ones_load(tmp_path: Path) -> None:
    lines = [line for pair in BAD for line in (pair[0], f"9,1997-02-0{1 + BAD.index(pair) % 9},1,{BAD.index(pair)}.00")]
    path = tmp_path / "mixed.csv"
    path.write_bytes(
        HEADER.encode() + "\n".join(lines).encode() + b'\n"9","1997-03-01","2","7.50"\r\n\r\n8\xff,1997-01-01,1,5.00\n'
    )
    out = run(path, "--report", str(tmp_path / "report.csv"))
    assert f"{len(BAD) + 1} orders accepted" in out
    report = rows(tmp_path / "report.csv")
    assert [(row["line"], row["reason"]) for row in report] == [
        *((str(2 + 2 * place), reason) for place, (_line, reason) in enumerate(BAD)),
        (str(4 + 2 * len(BAD)), "is not UTF-8 text"),
    ]
    assert report[3]["text"] == "8,1897-01-01,1,5.00"


def test_a_byte_order_mark_and_other_column_names_are_fine(tmp_path: Path) -> None:
    path = tmp_path / "shop.csv"
    path.write_bytes(
        b"\xef\xbb\xbf"
        + b"Order_ID,Customer_ID,Date,Amount,Name\r\nA-1,c1,1997-01-01,10.50,Mei\r\nA-1,c1,1997-01-01,10.50,Mei\r\n"
    )
    out = run(path)
    assert "1 orders accepted, 0 already known, 1 refused, 10 points issued." in out
    assert "the order number stands in the file twice" in (tmp_path / "shop.csv.refused.csv").read_text()
    path.write_bytes(b"Order_ID,Customer_ID,Date,Amount\nA-1,c1,1997-01-01,99.00\n")
    assert "0 orders accepted, 0 already known, 1 refused" in run(path)
    assert "already here with another content" in (tmp_path / "shop.csv.refused.csv").read_text()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"hello\nworld\n", "must name the columns"),
        (HEADER.encode(), "has a header but no orders"),
        (b"PK\x03\x04rest", "is not a text file"),
        (HEADER.encode("utf-16"), "is UTF-16"),
        (b"\x00\x01\x02\n", "is not a text file"),
    ],
)
def test_a_wrong_file_gives_one_sentence(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "file.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError, match=says):
        run(path)
    with pytest.raises(CommandError, match="is a folder"):
        run(tmp_path)


def test_wrong_options_say_what_is_right(tmp_path: Path, sample: Path) -> None:
    for arguments, says in [
        (["--currency", "dollar"], "three capital letters"),
        (["--shift-to", "someday"], "--shift-to is"),
        (["--source", ""], "--source"),
    ]:
        with pytest.raises(CommandError, match=says):
            run(sample, *arguments)


def test_a_dry_run_writes_nothing(sample: Path) -> None:
    assert "Dry run: 400 orders can be taken in" in run(sample, "--dry-run")
    assert not Order.objects.exists()


def test_the_first_paid_order_of_an_imported_customer_is_known(sample: Path) -> None:
    run(sample)
    firsts = Order.objects.filter(is_first=True)
    assert firsts.count() == len({row["customer"] for row in rows(sample) if Decimal(row["dollars"]) > 0})
    from tests.loyalty.conftest import make_order, record

    record(make_order(source="import", member_external_id=rows(sample)[0]["customer"]))
    assert StoredEvent.objects.get(name="order.recorded").payload["first_paid"] is False


def test_a_batch_of_nothing_is_nothing() -> None:
    with transaction.atomic():
        assert actions.import_orders(source="x", currency="USD", purchases=[], by=None, at=AT).accepted == 0


def test_the_whole_sample_loads() -> None:
    out = run(WHOLE)
    expected = sum(int(Decimal(row["dollars"])) for row in rows(WHOLE))
    assert f"6919 orders accepted, 0 already known, 0 refused, {expected} points issued." in out
    assert "0 orders accepted, 6919 already known, 0 refused, 0 points issued." in run(WHOLE)


def test_the_command_line_ends_with_one_on_a_wrong_file(tmp_path: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "manage.py", "import_orders", str(tmp_path / "nothing.csv")], capture_output=True, text=True
    )
    assert answer.returncode == 1
    assert answer.stderr.strip() == f"CommandError: There is no file {tmp_path / 'nothing.csv'}."


def test_plans_made_while_the_ledger_was_small_do_not_slow_an_import(
    member: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.loyalty.test_books import grant

    for i in range(12):  # PostgreSQL settles on a plan for the session after the fifth call
        grant(member, 1, f"early:{i}")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # the statistics of an almost empty site
    monkeypatch.setattr(import_orders, "PATIENCE", "10s")  # a batch takes about one; with bad plans it takes minutes
    run(WHOLE)
