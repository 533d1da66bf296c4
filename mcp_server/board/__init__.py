"""The boards that a person watches and acts from: in the terminal and in the browser, from the same snapshot.

`live` takes the snapshot anew when something has changed, `looks` adds what git says of the work, `rows` puts it into
words, `acts` is what a person may do from a board.
"""
