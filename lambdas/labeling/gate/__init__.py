"""Between levels: which labels people look at again, and how good the others are."""
