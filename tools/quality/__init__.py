"""How well the engines rank: nDCG@10, MRR@10 and recall@10 on real questions whose answers are known."""
