"""What every room stands on: who acts, whether they may, ids, time, words, events, blobs, search."""
