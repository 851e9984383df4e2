"""Whether anybody could meet some tests together: decided exactly over intervals, choices and yes or no.

Spoken of are participants all of whose facts are known; a value is absent only where a test asks whether it is
recorded. Two tests concern one unknown only if they ask about the same value at the same point. What is not decided (a
relation between two values, say) may turn out either way, so that whatever is said holds for every participant.
"""
