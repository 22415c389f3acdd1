"""The only home of the sample word problems: question, reasoned steps, answer, all made up for this.

A step is a sub-question and the sentence that answers it, with the calculator annotation
`<<expression=value>>` of GSM8K in it. The config `main` gives the sentences alone, `socratic`
puts the sub-question and ` ** ` before each; both end in the line `#### N`.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["TEST", "TRAIN", "WordProblem", "main_row", "socratic_row"]


class WordProblem(NamedTuple):
    """One problem: the text, its steps as (sub-question, sentence), the final number."""

    question: str
    steps: tuple[tuple[str, str], ...]
    answer: str


def main_row(problem: WordProblem) -> dict[str, str]:
    """Row of the config `main`: one sentence a line, then `#### N`."""
    lines = [sentence for _, sentence in problem.steps]
    return {"question": problem.question, "answer": "\n".join([*lines, f"#### {problem.answer}"])}


def socratic_row(problem: WordProblem) -> dict[str, str]:
    """Row of the config `socratic`: `sub-question ** sentence` a line, then `#### N`."""
    lines = [f"{asked} ** {sentence}" for asked, sentence in problem.steps]
    return {"question": problem.question, "answer": "\n".join([*lines, f"#### {problem.answer}"])}


TRAIN = (
    WordProblem(
        "Ilse plants 4 rows of leeks with 9 leeks in each row. A rabbit eats 7 of them. How many leeks are left?",
        (
            ("How many leeks did Ilse plant?", "Ilse planted 4*9=<<4*9=36>>36 leeks."),
            ("How many leeks are left?", "After the rabbit there are 36-7=<<36-7=29>>29 leeks left."),
        ),
        "29",
    ),
    WordProblem(
        "A ferry carries 18 cars on every trip and makes 5 trips a day. How many cars does it carry in a week"
        " of 6 working days?",
        (
            ("How many cars does it carry in a day?", "In one day it carries 18*5=<<18*5=90>>90 cars."),
            ("How many cars does it carry in a week?", "In 6 days it carries 90*6=<<90*6=540>>540 cars."),
        ),
        "540",
    ),
    WordProblem(
        "Piet has 60 euros. He buys 3 books at 12 euros each and a pen for 5 euros. How many euros does he have left?",
        (
            ("What do the books cost?", "The books cost 3*12=<<3*12=36>>36 euros."),
            ("What does Piet spend in all?", "He spends 36+5=<<36+5=41>>41 euros in all."),
            ("How much is left?", "He has 60-41=<<60-41=19>>19 euros left."),
        ),
        "19",
    ),
    WordProblem(
        "A roll of cloth is 24 metres long. A tailor cuts half of it for curtains and then 5 metres for a"
        " tablecloth. How many metres remain?",
        (
            ("How much cloth goes into the curtains?", "The curtains take 24/2=<<24/2=12>>12 metres."),
            ("How much remains after the curtains?", "Then 24-12=<<24-12=12>>12 metres remain."),
            ("How much remains in the end?", "After the tablecloth 12-5=<<12-5=7>>7 metres remain."),
        ),
        "7",
    ),
    WordProblem(
        "Noor swims 20 lengths on Monday and 1.5 times as many on Thursday. How many lengths does she swim on"
        " both days together?",
        (
            ("How many lengths on Thursday?", "On Thursday she swims 20*1.5=<<20*1.5=30>>30 lengths."),
            ("How many on both days?", "Together that is 20+30=<<20+30=50>>50 lengths."),
        ),
        "50",
    ),
    WordProblem(
        "A bakery packs rolls in bags of 8. It baked 200 rolls and sold 24 of them loose. How many full"
        " bags can it pack from the rest?",
        (
            ("How many rolls are not sold loose?", "There are 200-24=<<200-24=176>>176 rolls for the bags."),
            ("How many bags is that?", "That makes 176/8=<<176/8=22>>22 bags."),
        ),
        "22",
    ),
    WordProblem(
        "Tomas is 9 years old. His aunt is 4 times as old as he is. How old will his aunt be in 6 years?",
        (
            ("How old is the aunt now?", "His aunt is 9*4=<<9*4=36>>36 years old."),
            ("How old will she be in 6 years?", "In 6 years she will be 36+6=<<36+6=42>>42 years old."),
        ),
        "42",
    ),
    WordProblem(
        "A tank holds 350 litres. It is filled at 25 litres a minute, but 5 litres a minute leak away. After"
        " 10 minutes, how many more litres fit into the tank?",
        (
            ("How much water stays each minute?", "Each minute 25-5=<<25-5=20>>20 litres stay in the tank."),
            (
                "How much is in the tank after 10 minutes?",
                "After 10 minutes it holds 20*10=<<20*10=200>>200 litres.",
            ),
            ("How much more fits?", "So 350-200=<<350-200=150>>150 litres more fit in."),
        ),
        "150",
    ),
    WordProblem(
        "Four friends share a taxi of 34 euros and give a tip of 2 euros. They pay equal shares. How many"
        " euros does each pay?",
        (
            ("What is paid in all?", "With the tip they pay 34+2=<<34+2=36>>36 euros."),
            ("What does each friend pay?", "Each pays 36/4=<<36/4=9>>9 euros."),
        ),
        "9",
    ),
    WordProblem(
        "A library lends 45 books on Friday and twice as many on Saturday. On Sunday it lends 15 fewer than"
        " on Saturday. How many books does it lend in the three days?",
        (
            ("How many on Saturday?", "On Saturday it lends 45*2=<<45*2=90>>90 books."),
            ("How many on Sunday?", "On Sunday it lends 90-15=<<90-15=75>>75 books."),
            ("How many in all?", "In all that is 45+90+75=<<45+90+75=210>>210 books."),
        ),
        "210",
    ),
    WordProblem(
        "Mina's train leaves at 10 minutes past nine and takes 85 minutes. She then walks for 20 minutes. How"
        " many minutes after nine o'clock does she arrive?",
        (
            ("When does the train arrive?", "The train arrives 10+85=<<10+85=95>>95 minutes after nine."),
            ("When does she arrive?", "She arrives 95+20=<<95+20=115>>115 minutes after nine."),
        ),
        "115",
    ),
    WordProblem(
        "A chess club has 28 members. A quarter of them are children. Each child pays 10 euros a year, each"
        " adult 30 euros. How many euros does the club collect in a year?",
        (
            ("How many children are there?", "There are 28/4=<<28/4=7>>7 children."),
            ("How many adults are there?", "There are 28-7=<<28-7=21>>21 adults."),
            ("What do the children pay?", "The children pay 7*10=<<7*10=70>>70 euros."),
            ("What do the adults pay?", "The adults pay 21*30=<<21*30=630>>630 euros."),
            ("What does the club collect?", "The club collects 70+630=<<70+630=700>>700 euros."),
        ),
        "700",
    ),
    WordProblem(
        "A jar has 48 marbles. One third are red, 10 are blue and the others are green. How many are green?",
        (
            ("How many are red?", "There are 48/3=<<48/3=16>>16 red marbles."),
            ("How many are red or blue?", "Red and blue together are 16+10=<<16+10=26>>26 marbles."),
            ("How many are green?", "So 48-26=<<48-26=22>>22 marbles are green."),
        ),
        "22",
    ),
    WordProblem(
        "A farmer's hens lay 14 eggs a day. He keeps 2 a day for himself and sells the rest at 3 eggs for"
        " 1 euro. How many euros does he earn in 5 days?",
        (
            ("How many eggs does he sell a day?", "He sells 14-2=<<14-2=12>>12 eggs a day."),
            ("What does he earn a day?", "That earns 12/3=<<12/3=4>>4 euros a day."),
            ("What does he earn in 5 days?", "In 5 days he earns 4*5=<<4*5=20>>20 euros."),
        ),
        "20",
    ),
    WordProblem(
        "Anouk reads 16 pages every evening. Her book has 240 pages and she has read 80. In how many"
        " evenings will she finish it?",
        (
            ("How many pages are left?", "There are 240-80=<<240-80=160>>160 pages left."),
            ("How many evenings is that?", "She needs 160/16=<<160/16=10>>10 evenings."),
        ),
        "10",
    ),
    WordProblem(
        "A coat costs 150 euros. In the sale it is 20% cheaper, and Jo has a voucher of 15 euros. How many"
        " euros does Jo pay?",
        (
            ("How much is the discount?", "The discount is 150*20/100=<<150*20/100=30>>30 euros."),
            ("What is the sale price?", "The sale price is 150-30=<<150-30=120>>120 euros."),
            ("What does Jo pay?", "Jo pays 120-15=<<120-15=105>>105 euros."),
        ),
        "105",
    ),
    WordProblem(
        "A bus has 52 seats. At the first stop 19 people get on, at the second 17 get on and 6 get off. How"
        " many seats are still free if everyone sits?",
        (
            ("How many people are in the bus?", "There are 19+17-6=<<19+17-6=30>>30 people in the bus."),
            ("How many seats are free?", "So 52-30=<<52-30=22>>22 seats are free."),
        ),
        "22",
    ),
    WordProblem(
        "Kofi cycles 12 kilometres an hour. He cycles 2 hours in the morning and 30 minutes in the evening."
        " How many kilometres does he cycle that day?",
        (
            ("How far in the morning?", "In the morning he cycles 12*2=<<12*2=24>>24 kilometres."),
            ("How far in the evening?", "In half an hour he cycles 12/2=<<12/2=6>>6 kilometres."),
            ("How far in all?", "In all he cycles 24+6=<<24+6=30>>30 kilometres."),
        ),
        "30",
    ),
    WordProblem(
        "A printer prints 15 pages a minute. How many minutes does it need for 3 copies of a report of 40 pages?",
        (
            ("How many pages are printed?", "There are 3*40=<<3*40=120>>120 pages to print."),
            ("How many minutes does that take?", "That takes 120/15=<<120/15=8>>8 minutes."),
        ),
        "8",
    ),
    WordProblem(
        "Lena bakes 6 trays with 12 biscuits each. She gives 5 biscuits to each of 11 neighbours. How many"
        " biscuits does she keep?",
        (
            ("How many biscuits does she bake?", "She bakes 6*12=<<6*12=72>>72 biscuits."),
            ("How many does she give away?", "She gives away 5*11=<<5*11=55>>55 biscuits."),
            ("How many does she keep?", "She keeps 72-55=<<72-55=17>>17 biscuits."),
        ),
        "17",
    ),
    WordProblem(
        "A rectangular yard is 14 metres long and 9 metres wide. A fence goes all around it, except for a"
        " gate of 2 metres. How many metres of fence are needed?",
        (
            ("How long is half the way round?", "Length and width together are 14+9=<<14+9=23>>23 metres."),
            ("How long is the way round?", "All the way round is 23*2=<<23*2=46>>46 metres."),
            ("How much fence is needed?", "Without the gate that is 46-2=<<46-2=44>>44 metres."),
        ),
        "44",
    ),
    WordProblem(
        "In a quiz a right answer gives 5 points and a wrong one takes 2 away. Sam answers 18 questions, 13"
        " of them right. How many points does Sam get?",
        (
            ("How many answers are wrong?", "Sam gets 18-13=<<18-13=5>>5 wrong."),
            ("How many points do the right ones give?", "The right ones give 13*5=<<13*5=65>>65 points."),
            ("How many points do the wrong ones take?", "The wrong ones take 5*2=<<5*2=10>>10 points."),
            ("How many points is that?", "Sam gets 65-10=<<65-10=55>>55 points."),
        ),
        "55",
    ),
    WordProblem(
        "A machine fills 1,200 bottles an hour. It runs for 7 hours, but stands still for 1 of them. How many"
        " bottles does it fill?",
        (
            ("How many hours does it run?", "It really runs 7-1=<<7-1=6>>6 hours."),
            ("How many bottles does it fill?", "It fills 1200*6=<<1200*6=7200>>7,200 bottles."),
        ),
        "7,200",
    ),
    WordProblem(
        "Ravi saves 15 euros a week and his sister 10 euros a week. A tent costs 175 euros. In how many"
        " weeks can they buy it together?",
        (
            ("How much do they save a week?", "Together they save 15+10=<<15+10=25>>25 euros a week."),
            ("How many weeks does it take?", "It takes 175/25=<<175/25=7>>7 weeks."),
        ),
        "7",
    ),
)

TEST = (
    WordProblem(
        "A bookshelf has 5 boards with 22 books each. Vera takes 14 books to school. How many books stay on the shelf?",
        (
            ("How many books were there?", "There were 5*22=<<5*22=110>>110 books."),
            ("How many stay?", "So 110-14=<<110-14=96>>96 books stay."),
        ),
        "96",
    ),
    WordProblem(
        "A litre of paint covers 8 square metres. How many litres are needed for 2 coats on a wall of 36"
        " square metres?",
        (
            ("How many square metres are painted?", "Two coats are 36*2=<<36*2=72>>72 square metres."),
            ("How many litres is that?", "That takes 72/8=<<72/8=9>>9 litres."),
        ),
        "9",
    ),
    WordProblem(
        "Omar sells lemonade at 2 euros a cup. He sells 35 cups and spent 18 euros on lemons and sugar. How"
        " many euros does he gain?",
        (
            ("How much money comes in?", "He takes in 35*2=<<35*2=70>>70 euros."),
            ("How much does he gain?", "He gains 70-18=<<70-18=52>>52 euros."),
        ),
        "52",
    ),
    WordProblem(
        "A cat weighs 4 kilograms, a dog 5 times as much, and a rabbit half as much as the cat. How many"
        " kilograms do they weigh together?",
        (
            ("How heavy is the dog?", "The dog weighs 4*5=<<4*5=20>>20 kilograms."),
            ("How heavy is the rabbit?", "The rabbit weighs 4/2=<<4/2=2>>2 kilograms."),
            ("How heavy are they together?", "Together they weigh 4+20+2=<<4+20+2=26>>26 kilograms."),
        ),
        "26",
    ),
    WordProblem(
        "A hall has 20 rows of 18 chairs. For a concert 315 tickets are sold. How many chairs stay empty?",
        (
            ("How many chairs are there?", "There are 20*18=<<20*18=360>>360 chairs."),
            ("How many stay empty?", "So 360-315=<<360-315=45>>45 chairs stay empty."),
        ),
        "45",
    ),
    WordProblem(
        "Bea walks 6,000 steps on each of 5 weekdays and 9,000 on each of the 2 days of the weekend. How many"
        " steps does she walk in a week?",
        (
            ("How many steps on weekdays?", "On weekdays she walks 6000*5=<<6000*5=30000>>30,000 steps."),
            ("How many at the weekend?", "At the weekend she walks 9000*2=<<9000*2=18000>>18,000 steps."),
            ("How many in a week?", "In a week that is 30000+18000=<<30000+18000=48000>>48,000 steps."),
        ),
        "48,000",
    ),
    WordProblem(
        "A candle is 30 centimetres long and burns down 4 centimetres an hour. How long is it, in"
        " centimetres, after 3 hours?",
        (
            ("How much burns down?", "In 3 hours 4*3=<<4*3=12>>12 centimetres burn down."),
            ("How long is it then?", "Then it is 30-12=<<30-12=18>>18 centimetres long."),
        ),
        "18",
    ),
    WordProblem(
        "Three pumps empty a pond of 900 litres. Each pump moves 50 litres a minute. How many minutes do they"
        " take together?",
        (
            ("How much do they move a minute?", "Together they move 3*50=<<3*50=150>>150 litres a minute."),
            ("How many minutes do they take?", "They take 900/150=<<900/150=6>>6 minutes."),
        ),
        "6",
    ),
)
