"""The only home of the sample chats, made up for this: some written by hand, the rest computed.

A chat is (topic, turns); a turn is (role, text) with the roles system, user and assistant.
"""

from __future__ import annotations

__all__ = ["Chat", "chats"]

Chat = tuple[str, tuple[tuple[str, str], ...]]

_WRITTEN: tuple[Chat, ...] = (
    (
        "everyday",
        (
            ("user", "My basil plant droops every afternoon. What am I doing wrong?"),
            (
                "assistant",
                (
                    "Probably nothing serious. Feel the soil: if it is dry a finger deep, water it until some"
                    " runs out below. If it is wet, let it dry first. A spot with morning sun and afternoon"
                    " shade helps too."
                ),
            ),
            ("user", "The soil was dry. How often should I water it?"),
            (
                "assistant",
                "In a small pot in summer, about once a day. Let the soil tell you, not the calendar.",
            ),
        ),
    ),
    (
        "system",
        (
            ("system", "You answer in one short sentence."),
            ("user", "Why is the sky red in the evening?"),
            ("assistant", "Low sunlight crosses more air, which scatters the blue away and leaves the red."),
        ),
    ),
    (
        "code",
        (
            ("user", "How do I reverse a list in Python without changing the original?"),
            (
                "assistant",
                "Use a slice:\n\n```python\nbackwards = items[::-1]\n```\n\n`items` stays as it was.",
            ),
            ("user", "And if I only want to walk over it backwards?"),
            ("assistant", "Then `for item in reversed(items):` needs no copy at all."),
        ),
    ),
    (
        "writing",
        (
            ("user", "Make this friendlier: 'Send the report today.'"),
            ("assistant", "Could you please send the report today? Thank you!"),
        ),
    ),
    (
        "system",
        (
            ("system", "You are a patient tutor. Never give the answer at once; ask a question back first."),
            ("user", "What is 15% of 80?"),
            ("assistant", "Let's find it together. What is 10% of 80?"),
            ("user", "8."),
            ("assistant", "Right. And 5% is half of that. So what do you get when you add the two?"),
            ("user", "8 + 4 = 12."),
            ("assistant", "Exactly: 15% of 80 is 12."),
        ),
    ),
    (
        "everyday",
        (
            ("user", "Give me a packing list for a rainy weekend with two children."),
            (
                "assistant",
                (
                    "- rain jackets and rubber boots\n- two changes of clothes each\n- a towel\n- a"
                    " card game\n- snacks and a thermos\n- plasters"
                ),
            ),
        ),
    ),
    (
        "planning",
        (
            ("user", "I have 30 minutes to clean a flat before guests come. Where do I start?"),
            (
                "assistant",
                (
                    "Ten minutes for the bathroom, ten for the table and the kitchen counter, five"
                    " to put loose things into one basket, five to air the rooms. Leave the windows"
                    " dirty: nobody looks at them."
                ),
            ),
        ),
    ),
    (
        "language",
        (
            ("user", "Caf\u00e9, na\u00efve, \u00fcber: what are the marks on these letters called?"),
            ("assistant", "An acute accent (\u00e9), a diaeresis (\u00ef) and an umlaut (\u00fc)."),
        ),
    ),
    (
        "honesty",
        (
            ("user", "Who won the village chess cup in Obergrund last Sunday?"),
            ("assistant", "I don't know, and I have no way to look it up. The club's notice board would."),
        ),
    ),
    (
        "code",
        (
            ("user", "My loop `while x > 0: print(x)` never ends. Why?"),
            ("assistant", "Nothing in it changes `x`. Add `x -= 1` to its body and it will stop at 0."),
        ),
    ),
    (
        "writing",
        (
            ("user", "Write two lines about a lighthouse."),
            ("assistant", "It never sails, it never sleeps,\nit counts the ships the darkness keeps."),
            ("user", "Now without rhyme."),
            (
                "assistant",
                "All night it writes one white word on the water,\nand all night the waves wipe it away.",
            ),
        ),
    ),
    (
        "system",
        (
            ("system", "Reply in JSON with the keys `city` and `country`."),
            ("user", "Where is the Eiffel Tower?"),
            ("assistant", '{"city": "Paris", "country": "France"}'),
        ),
    ),
)
_NUMBER_WORDS = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
)
_WORDS = (
    ("lamp", "apple", "river"),
    ("stone", "bread", "cloud"),
    ("piano", "garden", "mirror"),
    ("wolf", "ant", "heron"),
    ("winter", "autumn", "spring"),
    ("copper", "zinc", "iron"),
    ("tulip", "aster", "rose"),
    ("north", "east", "west"),
    ("violin", "cello", "flute"),
    ("plum", "fig", "pear"),
    ("boat", "train", "bicycle"),
    ("green", "amber", "blue"),
)


def chats() -> tuple[Chat, ...]:
    """All sample chats in a fixed order, hand-written ones spread among the computed."""
    computed = (*_sums(), *_conversions(), *_orders(), *_spellings(), *_counts(), *_remainders())
    every = -(-len(computed) // len(_WRITTEN))
    mixed: list[Chat] = []
    for number, chat in enumerate(_WRITTEN):
        mixed += [chat, *computed[number * every : (number + 1) * every]]
    return tuple(mixed)


def _sums() -> list[Chat]:
    """Two-turn chats: an addition, then the same with one more."""
    return [
        (
            "arithmetic",
            (
                ("user", f"What is {a} + {b}?"),
                ("assistant", f"{a} + {b} = {a + b}."),
                ("user", f"And {c} more?"),
                ("assistant", f"{a + b} + {c} = {a + b + c}."),
            ),
        )
        for a, b, c in ((17 + 9 * step, 8 + 5 * step, 3 + step) for step in range(14))
    ]


def _conversions() -> list[Chat]:
    """One-turn chats: kilometres to metres."""
    return [
        (
            "units",
            (
                ("user", f"How many metres are {size / 4:g} kilometres?"),
                ("assistant", f"{size / 4:g} kilometres are {size * 250} metres."),
            ),
        )
        for size in range(3, 17)
    ]


def _orders() -> list[Chat]:
    """One-turn chats under a system message: three words in alphabetical order."""
    return [
        (
            "words",
            (
                ("system", "Answer with the list alone."),
                ("user", f"Put these in alphabetical order: {', '.join(words)}"),
                ("assistant", ", ".join(sorted(words))),
            ),
        )
        for words in _WORDS
    ]


def _spellings() -> list[Chat]:
    """One-turn chats: a word letter by letter."""
    return [
        ("words", (("user", f"Spell '{words[0]}'."), ("assistant", "-".join(words[0].upper())))) for words in _WORDS
    ]


def _counts() -> list[Chat]:
    """One-turn chats: the letters of a word, counted."""
    return [
        (
            "words",
            (
                ("user", f"How many letters has the word '{words[1]}'?"),
                ("assistant", f"'{words[1]}' has {_NUMBER_WORDS[len(words[1])]} letters."),
            ),
        )
        for words in _WORDS
    ]


def _remainders() -> list[Chat]:
    """One-turn chats: sharing sweets, with a remainder."""
    return [
        (
            "arithmetic",
            (
                (
                    "user",
                    f"I share {sweets} sweets fairly among {children} children. How many does each get?",
                ),
                (
                    "assistant",
                    f"Each child gets {sweets // children} sweets, and {sweets % children} are left over.",
                ),
            ),
        )
        for sweets, children in ((23 + 7 * step, 3 + step) for step in range(14))
    ]
