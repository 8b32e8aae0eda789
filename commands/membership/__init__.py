"""What the verbs and timers of memberships share: the case, its money and grants, how it ends, and what people are told."""
