"""Rate limits by injected clock, and whose address counts."""

from ipaddress import ip_network

import pytest

from gateway.http.limits import UNKNOWN_NETWORK, RateLimiter, client_address, network_of


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_tenth_of_a_minute_at_once_and_then_at_the_rate() -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute=60, clock=clock)

    assert [limiter.admit("a") for _ in range(8)] == [0] * 6 + [1, 1]
    clock.now += 1
    assert [limiter.admit("a"), limiter.admit("a")] == [0, 1]


def test_the_wait_it_names_is_enough() -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute=7, clock=clock)
    while not (wait := limiter.admit("a")):
        pass

    clock.now += wait
    assert limiter.admit("a") == 0


def test_keys_do_not_share() -> None:
    limiter = RateLimiter(per_minute=10, clock=Clock())

    assert [limiter.admit(key) for key in "abcab"] == [0, 0, 0, 6, 6]


def test_points_cost_as_much_as_requests() -> None:
    clock = Clock()
    one, many = (RateLimiter(per_minute=60, clock=clock) for _ in range(2))

    assert one.admit("a", 6) == 0
    assert [many.admit("a") for _ in range(6)] == [0] * 6
    assert one.admit("a") == many.admit("a") == 1


def test_points_after_the_first_are_taken_with_it() -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute=60, clock=clock)

    assert [limiter.admit("a"), limiter.admit("a", 19, taken=1)] == [0, 0]
    assert limiter.admit("a") == 15
    clock.now += 14
    assert [limiter.admit("b"), limiter.admit("b"), limiter.admit("b", 19, taken=1)] == [0, 0, 1]


def test_more_points_than_fit_are_taken_once_and_paid_for() -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute=60, clock=clock)

    assert limiter.admit("a", 30) == 0
    assert limiter.admit("a") == 25
    clock.now += 25
    assert limiter.admit("a") == 0


def test_a_refused_request_costs_nothing() -> None:
    clock = Clock()
    limiter = RateLimiter(per_minute=60, clock=clock)

    assert {limiter.admit("a") for _ in range(100)} == {0, 1}
    clock.now += 1
    assert limiter.admit("a") == 0


def test_it_holds_a_bounded_number_of_keys() -> None:
    limiter = RateLimiter(per_minute=10, clock=Clock(), most=2)

    assert [limiter.admit(key) for key in "abcbca"] == [0, 0, 0, 6, 6, 0]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2ff::9", "2001:db8:1:200::/56"),
        (None, UNKNOWN_NETWORK),
        ("unix:", UNKNOWN_NETWORK),
    ],
)
def test_a_network_is_a_prefix(address: str | None, network: str) -> None:
    assert network_of(address) == network


PROXIES = (ip_network("10.0.0.0/8"),)


@pytest.mark.parametrize(
    ("peer", "forwarded", "expected"),
    [
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.9, 198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.9", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["198.51.100.9, 10.0.0.2"], "198.51.100.9"),
        ("10.0.0.1", ["anything, 10.0.0.2"], "anything"),
        ("10.0.0.1", [], "10.0.0.1"),
        (None, ["198.51.100.1"], None),
    ],
)
def test_only_a_trusted_proxy_says_who_is_behind_it(
    peer: str | None, forwarded: list[str], expected: str | None
) -> None:
    assert client_address(peer, forwarded, PROXIES) == expected
