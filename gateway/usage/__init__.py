"""The quarterly report of use (使用情况统计): what is counted, and what may be told of it."""
