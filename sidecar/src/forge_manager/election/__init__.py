"""Who may forge: one elector per lease, pure; requests come out, answers and events go in."""
