"""Writes the word lists of wordfreq as lines: script, word, negative log10 of its share times 100."""
import gzip, msgpack, sys, os
LISTS = {'latin': 'en de fr es it pt pl cs nl tr sh sl ro id'.split(),
         'cyrillic': 'ru uk bg mk sh'.split(), 'arabic': 'ar fa ur'.split(), 'hebrew': ['he'], 'other': ['el', 'hi', 'bn', 'ta']}
data = sys.argv[1]
for script, languages in LISTS.items():
    best = {}
    for language in languages:
        path = next(p for p in (f'{data}/{s}_{language}.msgpack.gz' for s in ('large', 'small')) if os.path.exists(p))
        for step, words in enumerate(msgpack.load(gzip.open(path), raw=False)[1:]):
            for word in words:
                if word not in best or step < best[word]: best[word] = step
    for word in sorted(best, key=lambda w: (best[w], w)):
        print(script, word, best[word], sep='\t')
