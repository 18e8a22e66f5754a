"""No package that the course needs at run time is under GPL or AGPL, and each says a licence that we know.

Looked at is what packages say of themselves. Wheels of SciPy and NumPy also carry GCC's runtime libraries, which are
under GPL with the runtime exception that frees programs linked with them: no duty for the course follows.
"""

import re
from importlib import metadata

import pytest

from tests.setup.licences import canonical, closure, licences

PERMISSIVE = re.compile(
    r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Public Domain|0BSD|Zlib|CC0|BSL-1.0|CNRI-Python|HPND", re.I
)
COPYLEFT = re.compile(r"GPL|General Public|MPL|Mozilla|EUPL|CDDL|EPL|OSL|SSPL|Proprietary|Commercial", re.I)
# Weak copyleft, by file: whoever changes these packages' own files must publish the changed files. The course uses them
# unchanged and does not ship them.
EXCEPTIONS = {
    "certifi": "MPL-2.0: a list of root certificates, through requests",
    "fqdn": "MPL-2.0: checks domain names, through jsonschema's format extra",
}


# NVIDIA's own terms. They come only with PyTorch's CUDA build; the launcher takes the CPU build where it can.
WITH_CUDA = re.compile("nvidia-|cuda-")


def faults(name, said):
    """What is wrong with what a package says of its licence; "" when it may be used."""
    if (name in EXCEPTIONS or WITH_CUDA.match(name)) and not any("GPL" in text for text in said):
        return ""
    alternatives = [re.split(r"\s+OR\s+", text) for text in said]
    bad = [texts for texts in alternatives if all(COPYLEFT.search(text) for text in texts)]
    if bad:
        return f"{name}: {said}"
    return "" if any(PERMISSIVE.search(text) for text in said) else f"{name} says no licence that we know: {said}"


def test_every_package_at_run_time_may_be_used():
    names = closure()
    assert {"torch", "web3", "vyper", "jupyterlab", "py-evm", "numpy"} <= names and len(names) > 100
    assert [fault for name in sorted(names) if (fault := faults(name, licences(name)))] == []


def test_the_cpu_build_of_torch_brings_nothing_of_nvidias():
    if "+cpu" not in metadata.version("torch"):
        pytest.skip("this is a CUDA build of torch")
    assert not [name for name in closure() if WITH_CUDA.match(name)]


def test_no_exception_is_left_over():
    assert set(EXCEPTIONS) <= closure()


@pytest.mark.parametrize(
    "said",
    [["GPL-3.0-or-later"], ["MIT", "OSI Approved :: GNU General Public License v3 (GPLv3)"], ["AGPL-3.0"], [],
     ["LGPL-2.1"], ["MPL-2.0"], ["Proprietary"], ["See the file"]],
)  # fmt: skip
def test_others_would_be_found(said):
    assert "some" in faults("some", said)


def test_a_choice_may_be_taken():
    assert faults("some", ["MIT OR GPL-3.0-or-later"]) == ""
    assert canonical("Jupyter_Core.x") == "jupyter-core-x"
