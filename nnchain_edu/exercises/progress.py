"""What the learner has passed so far, unit by unit."""

from nnchain_edu.exercises.log import Log
from nnchain_edu.exercises.units import unit, unit_numbers
from nnchain_edu.exercises.verdict import Table


def record(exercise: str) -> str:
    """Note a passed exercise. Returns a remark for the learner, or "": trouble with the disk is one."""
    try:
        return Log().record(exercise)
    except (OSError, RuntimeError) as error:  # RuntimeError: a user without a home folder
        return f"Your progress could not be saved: {getattr(error, 'strerror', None) or error}."


def passed() -> set[str]:
    """The numbers of the exercises in the log; none where it cannot be read."""
    try:
        return {entry["exercise"] for entry in Log().read().entries}
    except (OSError, RuntimeError):
        return set()


def progress() -> Table:
    """A table of all units and exercises with what is passed. It never raises."""
    notes, done = [], set()
    try:
        reading = Log().read()
        done = {entry["exercise"] for entry in reading.entries}
        if reading.rest:
            notes.append(f"The log is damaged after entry {len(reading.entries)}; what follows does not count.")
    except (OSError, RuntimeError) as error:
        notes.append(f"Your progress could not be read: {getattr(error, 'strerror', None) or error}.")
    rows = []
    for number in unit_numbers():
        course = unit(number)
        for exercise in course.exercises:
            state = "passed" if exercise.number in done else "open"
            rows.append((exercise.number, f"{number} {course.title}", exercise.title, state))
    count = sum(row[-1] == "passed" for row in rows)
    caption = f"Progress: {count} of {len(rows)} exercises passed"
    return Table(caption, ("Exercise", "Unit", "Title", "State"), tuple(rows), tuple(notes))
