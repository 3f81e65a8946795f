"""What is known about photos: the catalog, the vectors, and how they are ranked."""
