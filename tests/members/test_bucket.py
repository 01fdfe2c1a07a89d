from members.rules import bucket


def test_check_values_of_the_published_draw() -> None:
    assert [bucket("laoyou-test-key", member) for member in (1, 42, 1_000_000)] == [4315, 4976, 6124]


def test_a_tenth_is_a_tenth() -> None:
    assert sum(bucket("laoyou-test-key", member) < 1_000 for member in range(1, 100_001)) == 9_993
