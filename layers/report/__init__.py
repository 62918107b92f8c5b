"""The report for leaders: its content as plain values, then HTML and Word."""
