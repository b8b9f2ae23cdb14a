"""How contacts become sums: the database notes what was touched, and that is counted again.

``parts`` says what one contact adds to each sum. ``counting`` keeps the facts and the grains up
to date, ``checking`` makes them again from the raw rows and compares, ``partitions`` gives the
large tables their months.
"""
