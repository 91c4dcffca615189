"""The log itself: entries that get no place in the tree, chains that lack leaves, clocks that go back (A12). Pure."""

from collections.abc import Iterator, Mapping

from gateway.watch.acts import Act, Fired, Rule, Scene
from gateway.watch.thresholds import DAY, HOUR, MINUTE

GAP = "leaves-missing"
"""What the sequencer says of a chain that lacks leaves."""


def log(scene: Scene) -> Iterator[Fired]:
    limit = scene.thresholds.log
    if scene.unsealed > limit.seal * MINUTE:
        yield _fired("seal", {"seconds": scene.unsealed // 1000}, (), HOUR)
    for act in scene.new():
        if act.kind == "alert" and act.action == GAP:
            yield _fired(f"gap:{act.entry}", {}, (act,), DAY)
        if act.step > limit.clock_step_seconds * 1000:
            yield _fired(f"clock:{act.entry}", {"seconds": act.step // 1000}, (act,), DAY)


def _fired(about: str, figures: Mapping[str, int], acts: tuple[Act, ...], quiet: int) -> Fired:
    evidence = tuple(act.entry for act in acts)
    refs = {"part": "log"}
    return Fired(rule=Rule.LOG, about=f"log:{about}", refs=refs, figures=figures, evidence=evidence, quiet=quiet)
