"""The challenge of unit 07: the contract that reads digits for the least gas, judged by the contest's contract."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from nnchain_edu.exercises.engine import Case, Exercise
from nnchain_edu.exercises.kinds import AnswerFailed, Miss

ENOUGH = 432  # of 450 images: 96 %
MOST_GAS = 22_450  # of a mean whole transaction
FORM = (
    "The challenge takes a compiled network, or (code as bytes, bits of a pixel, pixels in their order), and as a"
    " fourth part what stands before the words, if anything."
)


def entry_of(answer: Any) -> tuple[bytes, int, tuple[int, ...], bytes]:
    """Code, bits of a pixel, order of the pixels and prefix of a compiled network or of a tuple of these."""
    if hasattr(answer, "runtime"):
        answer = (answer.runtime, answer.pixel_bits, lanes_of(answer))
    try:
        code, bits, pixels, *prefix = answer
        made = (bytes(code), int(bits), tuple(int(pixel) for pixel in pixels), bytes(*prefix))
    except (TypeError, ValueError):
        raise AnswerFailed(FORM) from None
    if isinstance(code, int) or not all(0 <= pixel < 64 or pixel == 255 for pixel in made[2]):
        raise AnswerFailed(FORM)
    return made


def lanes_of(compiled: Any) -> tuple[int, ...]:
    """A compiled network's pixels in the contest's terms: 255 for a lane without any, none after the last."""
    last = max((place for place, pixel in enumerate(compiled.pixels) if pixel >= 0), default=-1)
    return tuple(pixel if pixel >= 0 else 255 for pixel in compiled.pixels[: last + 1])


@lru_cache(maxsize=32)
def _judged(code: bytes, bits: int, pixels: tuple[int, ...], prefix: bytes) -> Any:
    """The contest's result on a fresh chain, or the reason why it refused the entry."""
    from nnchain_edu.chain import Chain, ChainError
    from nnchain_edu.lab.gas_contest import enter, held_out, open_contest

    chain = Chain()
    contest = open_contest(chain, *held_out())
    try:
        return enter(chain, contest, code, bits, pixels, prefix)
    except (ChainError, ValueError) as error:
        return f"The contest refused the entry: {error}"


def enter_contest(entry: Any) -> Any:
    """Let the contest's contract judge an entry on a fresh chain, as the check does: right, images, gas, leads.

    Raises ValueError if it is no entry, or with the contest's reason if it is refused.
    """
    try:
        return _result(entry)
    except AnswerFailed as error:
        raise ValueError(error.message) from None


def _result(answer: Any) -> Any:
    said = _judged(*entry_of(answer))
    if isinstance(said, str):
        raise AnswerFailed(said)
    return said


def _entered(passes: Callable[[Any], bool]) -> Callable[[Any], bool | Miss]:
    def test(answer: Any) -> bool | Miss:
        result = _result(answer)
        counted = f"{result.right} of {result.images} images right, {result.gas:,} gas for a mean transaction"
        return passes(result) or Miss(("The contest counted", counted))

    return test


def _words_are_few(answer: Any) -> bool | Miss:
    _, bits, pixels, _ = entry_of(answer)
    words = -(-len(pixels) // (256 // bits))
    return words == 1 or _result(answer).gas <= MOST_GAS or Miss(("Words of call data", str(words)))


contest = Exercise(
    number="07.7",
    title="Challenge: the cheapest contract that reads digits",
    objective="say what a figure of gas counts, and put a network on a chain for less",
    seconds=60,
    needs=("torch", "sklearn.datasets", "web3", "vyper"),
    cases=(
        Case(
            "reads digits",
            _entered(lambda result: result.right > 225),
            "The contract answers, but hardly ever with the right digit. Does it expect its pixels in the lanes and in"
            " the order that you gave? Does it return the class as a number of 32 bytes?",
        ),
        Case(
            "at least 96 percent",
            _entered(lambda result: result.right >= ENOUGH),
            f"At least {ENOUGH} of 450 images are wanted, with the noise. Was the rounding in the training loop? A"
            " few more hidden neurons, more epochs or another seed help; so does training on images with noise.",
        ),
        Case(
            "one word",
            _words_are_few,
            "It reads well, but takes more than one word of call data, and each word costs. 63 pixels of 4 bits"
            " fit into one: set the darkest pixels to 0 in all training images *before* `train_quantised`, so that no"
            " neuron looks at them.",
        ),
        Case(
            "little gas",
            _entered(lambda result: result.gas <= MOST_GAS),
            f"It reads well, but a mean transaction takes more than {MOST_GAS:,} gas. 21,000 of them you cannot change."
            " Fewer hidden neurons take fewer multiplications; fewer and narrower pixels take fewer bytes.",
        ),
    ),
    hints=(
        "Where does the gas go? 21,000 for the transaction, then the image, 16 for each byte that is not 0,"
        " then the code. `enter_contest` gives the sum, `report()` the code's part: compare two networks of different"
        " widths.",
        "Try `train_quantised` with fewer hidden neurons and more epochs, on the training images with noise like the"
        " contest's: four pixels moved by one or two steps or more. Keep the best of several seeds, by images held back"
        " from the *training* set. Pixels that are 0 in all training images get no weight and no place in the word.",
    ),
    praise="A contract has confirmed it on images that did not exist when you committed. Compare with your neighbour:"
    " the contest's leader is whoever needs the least gas.",
)
