"""Lines of tables and keys, also past texts of several lines."""

from gridplan.policy.toml_lines import key_lines

TEXT = '''\
top = 1
# a comment = 2
[source]   # the document
title = "a = b"
long = """
inside = 3
[[rules]]
"""
after = 4

[[rules]]
id = "one"

[[rules]]
"id" = "two"
[national-trial-2023."criterion-02"]
answer = "yes"
'''


def test_every_key_has_its_line():
    assert key_lines(TEXT) == {
        ("top",): 1,
        ("source",): 3,
        ("source", "title"): 4,
        ("source", "long"): 5,
        ("source", "after"): 9,
        ("rules", "1"): 11,
        ("rules", "1", "id"): 12,
        ("rules", "2"): 14,
        ("rules", "2", "id"): 15,
        ("national-trial-2023", "criterion-02"): 16,
        ("national-trial-2023", "criterion-02", "answer"): 17,
    }
