"""The service: one process that owns the index, follows the disk, and answers over local HTTP."""
