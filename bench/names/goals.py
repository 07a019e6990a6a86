"""Every goal of the name engine with what a run measured."""


def goals(result):
    """Lists every goal with what was measured: what, figure, goal, whether less is better."""
    pairs, own = result["pairs"]["ours"], result["own"]
    rows = [
        ("pairs: recall at 99 % precision", pairs["noalias"]["r_at_p99"], 0.92, False),
        ("pairs: best F1, noalias", pairs["noalias"]["best_f1"], 0.965, False),
        ("pairs: best F1, all", pairs["all"]["best_f1"], 0.92, False),
    ]
    if "pairs" in own:
        rows += [
            ("pair with analysis, us", own["pairs"]["ns_per_pair"] / 1000, 2, True),
            ("pair between prepared names, us", own["pairs"]["ns_per_prepared_pair"] / 1000, None, True),
        ]
    for task, spurious in (("text", 0.05), ("million", 0.10)):
        if task not in own:
            continue
        figures = own[task]["figures"]
        size = f"{figures['names'] / 1000:,.0f}k names"
        shipped = {}
        for row in own[task]["text"]:
            shipped.setdefault(row["language"], row)
        languages = (("ru", 0.92, 0.97, spurious), ("ar", 0.75, None, 0.1), ("fa", 0.75, None, 0.1))
        for language, recall, precision, most in languages:
            found = shipped[language]
            rows.append((f"{size}: {language} recall", found["recall"], recall, False))
            if precision:
                rows.append((f"{size}: {language} precision", found["precision"], precision, False))
            rows.append((f"{size}: {language} spurious in 1,000 words", found["spurious_per_1000"], most, True))
        # Only a register of a million has goals of time and size. On a busy machine time on the
        # processor says what a page costs, and the time that passed what anybody waits.
        goal = (lambda value: value) if task == "million" else (lambda value: None)
        words = f"{figures['page_words']:,.0f} words"
        for what, key, value in (
            (f"{words} warm, median, us", "warm_p50_us", 400),
            (f"{words} warm, median, us of processor", "warm_p50_processor_us", 400),
            (f"{words} warm, 99th percentile, us", "warm_p99_us", 2000),
            (f"{words} warm, 99th percentile, us of processor", "warm_p99_processor_us", 2000),
            ("warm to daachorse exact", "warm_to_daachorse", 2.5),
            ("page not read before, us of processor", "unseen_page_p50_processor_us", None),
            ("cold word, us", "cold_word_us", 15),
            ("cold word, us of processor", "cold_word_processor_us", 15),
            ("bytes a name", "bytes_per_name", 60),
            ("open, ms", "open_ms", 50),
            ("add, us", "add_p50_us", 20),
            ("remove, us", "remove_p50_us", 20),
        ):
            if key in figures:
                rows.append((f"{size}: {what}", figures[key], goal(value), True))
        for script in ("cyrillic", "latin", "arabic"):
            ratio = figures[f"alarms_{script}_ratio"]
            rows.append((f"{size}: alarms predicted to observed, {script}", max(ratio, 1 / max(ratio, 1e-9)), 2, True))
        if "growth_ratio" in figures:
            for step in ("10k", "100k", "all"):
                what = f"warm page at {figures[f'growth_{step}_names']:,.0f} names, us of processor"
                rows.append((what, figures[f"growth_{step}_warm_p50_processor_us"], None, True))
            rows.append(("time for a page, most names to fewest", figures["growth_ratio"], 2, True))
    listed = []
    for what, figure, goal, less in rows:
        met = None if goal is None else figure <= goal if less else figure >= goal
        listed.append({"what": what, "figure": figure, "goal": goal, "at_most": less, "met": met})
    return listed
