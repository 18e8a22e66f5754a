from tests.exercises.answers import Answers

CONTEST = Answers(right=[], wrong=[], stub=..., broken=5)
