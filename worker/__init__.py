"""Claims due work in order and hands it to settle, notifications and calendar_sync; nothing else."""
