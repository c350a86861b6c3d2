"""What compiled steps share: compiling, threads, a heap, random numbers."""
