"""Writes the words that dictionaries list in small letters and that their language uses: one a line.

usage: plain.py WORDFREQ_DATA LANGUAGE=DICTIONARY.dic ...
"""
import gzip, msgpack, os, sys
STEPS_MAX = 650  # a share of running text of at least 10^-6.5
data, words = sys.argv[1], set()
for pair in sys.argv[2:]:
    language, path = pair.split('=', 1)
    lists = (f'{data}/{size}_{language}.msgpack.gz' for size in ('large', 'small'))
    steps = msgpack.load(gzip.open(next(p for p in lists if os.path.exists(p))), raw=False)[1:]
    used = {word for step in steps[:STEPS_MAX] for word in step}
    for line in open(path, encoding='utf-8', errors='ignore'):
        word = line.split('/')[0].split('\t')[0].strip()
        if len(word) >= 3 and word.isalpha() and word == word.lower() and word in used:
            words.add(word)
print('\n'.join(sorted(words)))
