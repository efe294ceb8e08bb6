"""Everything that can be known to go wrong before anyone is paid: each module one subject."""
