"""The only home of the sample multiple choice questions, all made up for this, by subject and split.

A question is (text, the four choices, index of the right one: 0 is A).
"""

from __future__ import annotations

__all__ = ["QUESTIONS", "Question"]

Question = tuple[str, tuple[str, str, str, str], int]

QUESTIONS: dict[str, dict[str, tuple[Question, ...]]] = {
    "anatomy": {
        "test": (
            ("Which bone lies between the hip and the knee?", ("Tibia", "Femur", "Humerus", "Ulna"), 1),
            ("How many chambers does a human heart have?", ("Two", "Three", "Four", "Six"), 2),
            (
                "Which part of the eye changes the size of the pupil?",
                ("The iris", "The retina", "The lens", "The cornea"),
                0,
            ),
            (
                "Which organ stores the bile that the liver makes?",
                ("The pancreas", "The spleen", "The stomach", "The gallbladder"),
                3,
            ),
            ("A tendon joins a muscle to", ("a nerve.", "a bone.", "a vein.", "the skin."), 1),
        ),
        "validation": (
            (
                "Which tube carries air from the throat down to the lungs?",
                ("The trachea", "The oesophagus", "The aorta", "The ureter"),
                0,
            ),
            ("The patella is found in the", ("elbow.", "wrist.", "knee.", "ankle."), 2),
        ),
        "dev": (
            ("Which organ filters the blood to make urine?", ("Heart", "Lung", "Liver", "Kidney"), 3),
            ("How many pairs of ribs do most people have?", ("10", "12", "14", "24"), 1),
            ("The outermost layer of the skin is the", ("epidermis.", "dermis.", "fascia.", "cortex."), 0),
        ),
    },
    "astronomy": {
        "test": (
            ("Which planet is closest to the Sun?", ("Venus", "Earth", "Mercury", "Mars"), 2),
            (
                "Why do we see phases of the Moon?",
                (
                    "The Earth's shadow falls on it every night.",
                    "We see more or less of its sunlit half as it orbits.",
                    "Clouds on the Moon hide parts of it.",
                    "The Moon makes more light in some weeks.",
                ),
                1,
            ),
            (
                "What keeps a planet in its orbit around a star?",
                ("Magnetism", "Friction", "Light pressure", "Gravity"),
                3,
            ),
            (
                "Which of these is farthest from the Earth?",
                ("The Moon", "Saturn", "The Sun", "The nearest other star"),
                3,
            ),
            (
                "A light year is a unit of",
                ("distance.", "time.", "brightness.", "speed."),
                0,
            ),
            (
                "Most asteroids of the main belt move between the orbits of",
                ("Earth and Mars.", "Mars and Jupiter.", "Jupiter and Saturn.", "Venus and Earth."),
                1,
            ),
        ),
        "validation": (
            ("Which gas makes up most of the Sun?", ("Hydrogen", "Oxygen", "Nitrogen", "Carbon dioxide"), 0),
            (
                "The Earth turns once around its axis in about",
                ("a month.", "a year.", "a day.", "an hour."),
                2,
            ),
        ),
        "dev": (
            ("Which planet is known for its broad bright rings?", ("Mars", "Saturn", "Venus", "Mercury"), 1),
            ("Our galaxy is called the", ("Milky Way.", "Andromeda.", "Orion.", "Pleiades."), 0),
            (
                "A solar eclipse happens when",
                (
                    "the Earth is between Sun and Moon.",
                    "the Sun is behind Jupiter.",
                    "the Sun's light goes out.",
                    "the Moon is between Sun and Earth.",
                ),
                3,
            ),
        ),
    },
    "formal_logic": {
        "test": (
            (
                "If P is true and Q is false, which of these is true?",
                ("P and Q", "P implies Q", "P or Q", "not P"),
                2,
            ),
            (
                "Which sentence follows from 'All tiles are blue' and 'This is a tile'?",
                ("This is blue.", "All blue things are tiles.", "This is not blue.", "No tile is blue."),
                0,
            ),
            (
                "The contrapositive of 'If A then B' is",
                ("If B then A.", "If not A then not B.", "A and not B.", "If not B then not A."),
                3,
            ),
            (
                "'P and not P' is",
                ("a tautology.", "a contradiction.", "sometimes true.", "the same as P."),
                1,
            ),
            (
                "The negation of 'Some cups are full' is",
                ("All cups are full.", "Some cups are not full.", "No cup is full.", "Most cups are full."),
                2,
            ),
        ),
        "validation": (
            (
                "How many rows has a truth table for three different letters?",
                ("3", "6", "9", "8"),
                3,
            ),
            (
                "From 'P or Q' and 'not P' it follows that",
                ("Q.", "not Q.", "P.", "P and Q."),
                0,
            ),
        ),
        "dev": (
            (
                "'P implies Q' is false exactly when",
                (
                    "P and Q are both false.",
                    "P is true and Q is false.",
                    "P is false and Q is true.",
                    "P and Q are both true.",
                ),
                1,
            ),
            ("Which of these is always true?", ("P and Q", "P", "P or not P", "P implies Q"), 2),
            (
                "'Not (P and Q)' says the same as",
                ("not P or not Q.", "not P and not Q.", "P or Q.", "P implies Q."),
                0,
            ),
        ),
    },
    "virology": {
        "test": (
            (
                "What is the protein coat around a virus's genome called?",
                ("The nucleus", "The capsid", "The ribosome", "The flagellum"),
                1,
            ),
            (
                "Why can a virus not multiply alone?",
                (
                    "It has no shape.",
                    "It is always asleep.",
                    "It has no genome.",
                    "It needs the machinery of a living cell.",
                ),
                3,
            ),
            (
                "What does reverse transcriptase make?",
                ("DNA from RNA", "RNA from protein", "Protein from DNA", "Sugar from DNA"),
                0,
            ),
            (
                "A virus that infects bacteria is called a",
                ("prion.", "yeast.", "bacteriophage.", "spore."),
                2,
            ),
        ),
        "validation": (
            (
                "A vaccine protects mainly because it",
                (
                    "prepares the immune system.",
                    "kills bacteria in the gut.",
                    "lowers the body's temperature.",
                    "thins the blood.",
                ),
                0,
            ),
            (
                "Antibiotics do not cure a cold because",
                (
                    "colds are not real.",
                    "they act on bacteria.",
                    "they act too fast.",
                    "they feed the virus.",
                ),
                1,
            ),
        ),
        "dev": (
            ("Compared with most bacteria, viruses are", ("larger.", "hotter.", "smaller.", "greener."), 2),
            (
                "The genome of a virus consists of",
                ("fat.", "sugar.", "only protein.", "DNA or RNA."),
                3,
            ),
            (
                "Washing hands with soap helps against enveloped viruses because soap",
                ("dissolves their fatty envelope.", "freezes them.", "colours them.", "makes them grow."),
                0,
            ),
        ),
    },
}
